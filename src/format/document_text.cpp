#include "format/document_text.hpp"

#include <algorithm>

#include <aggregator/json/spans.hpp>

namespace aggregator::format {

namespace {

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

}  // namespace

json::SyntaxError syntax_error(std::string_view text, Failure failure) {
    const std::size_t offset = std::min(failure.offset, text.size());
    return {offset, json::position_in(text, offset), std::move(failure.message),
            std::string(text.substr(0, text.size() > json::Document::kBytesMax ? 0 : text.npos))};
}

std::optional<Failure> unreadable(std::string_view text) {
    if (text.size() > json::Document::kBytesMax) {
        return Failure{0, "expected at most 256 MiB of text"};
    }
    if (text.substr(0, 3) == "\xEF\xBB\xBF") {
        return Failure{0, "expected UTF-8 without a byte order mark"};
    }
    if (const auto repaired = json::repair_utf8(text)) {
        const auto differ = std::mismatch(text.begin(), text.end(), repaired->begin());
        return Failure{static_cast<std::size_t>(differ.first - text.begin()), "expected UTF-8"};
    }
    const auto* const control = std::find_if(text.begin(), text.end(), is_control);
    if (control != text.end()) {
        return Failure{static_cast<std::size_t>(control - text.begin()),
                       "expected no control character but line breaks and tabs"};
    }
    return std::nullopt;
}

}  // namespace aggregator::format
