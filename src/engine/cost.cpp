#include "engine/cost.hpp"

#include <algorithm>

namespace aggregator::engine::cost {

namespace {

// What stands around values decides how many there are, and each costs much more than a byte.
constexpr std::uint64_t kTextByte = 2;
constexpr std::uint64_t kEscape = 20;
constexpr std::uint64_t kXmlByte = 2;
constexpr std::uint64_t kXmlMark = 200;
constexpr std::uint64_t kXmlReference = 25;
constexpr std::uint64_t kFeedItem = 1500;
constexpr std::uint64_t kFeedElement = 400;
constexpr std::uint64_t kFeedMember = 60;
constexpr std::uint64_t kWrittenByte = 2;
constexpr std::uint64_t kWrittenValue = 75;
constexpr std::uint64_t kPassedBytes = 2;  // in one operation

std::uint64_t count_of(std::string_view text, char wanted) {
    return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), wanted));
}

std::uint64_t count_of(std::string_view text, std::string_view wanted) {
    std::uint64_t found = 0;
    for (std::size_t at = text.find(wanted); at != std::string_view::npos;
         at = text.find(wanted, at + wanted.size())) {
        ++found;
    }
    return found;
}

std::uint64_t count_of_escapes(std::string_view text) {
    return static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == '<' ||
               c == '&';
    }));
}

std::uint64_t reading_xml(std::string_view body) {
    return body.size() * kXmlByte + count_of(body, '&') * kXmlReference +
           (count_of(body, '<') + count_of(body, '=')) * kXmlMark;
}

/// Of XML, or of JSON.
std::uint64_t reading_feed(std::string_view body) {
    const std::uint64_t items =
        count_of(body, "<item") + count_of(body, "<entry") + count_of(body, '{') / 2;
    const std::uint64_t elements =
        count_of(body, '<') - std::min(count_of(body, '<'), count_of(body, "</"));
    return body.size() * kXmlByte + items * kFeedItem + elements * kFeedElement +
           count_of(body, ',') * kFeedMember;
}

std::uint64_t converting(std::span<const Member> root) {
    std::uint64_t operations = 0;
    for (const Member& member : root) {
        const std::uint64_t values = 1 + count_of(member.value, ',') + count_of(member.value, '[') +
                                     count_of(member.value, '{');
        operations += (member.key.size() + member.value.size()) * kWrittenByte +
                      count_of_escapes(member.value) * kEscape / 2 + values * kWrittenValue;
    }
    return operations;
}

}  // namespace

std::uint64_t reading(config::Encoding encoding, std::string_view body) {
    switch (encoding) {
        case config::Encoding::NoOp:
            return 0;
        case config::Encoding::Xml:
            return reading_xml(body);
        case config::Encoding::Rss:
            return reading_feed(body);
        case config::Encoding::String:
            return body.size() * kTextByte + count_of_escapes(body) * kEscape;
        case config::Encoding::Json:
        case config::Encoding::SafeJson:
            break;
    }
    return body.size();
}

std::uint64_t passing(std::string_view json) { return json.size() / kPassedBytes; }

std::uint64_t rendering(plan::Output output, std::span<const Member> root) {
    switch (output) {
        case plan::Output::Xml:
        case plan::Output::Yaml:
            return converting(root);
        case plan::Output::Json:
        case plan::Output::JsonCollection:
        case plan::Output::Negotiate:
        case plan::Output::String:
        case plan::Output::NoOp:
            break;
    }
    return object_size(root) / kPassedBytes;
}

}  // namespace aggregator::engine::cost
