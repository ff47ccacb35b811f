#include "http/head_lines.hpp"

#include <algorithm>

#include <aggregator/base/text.hpp>

#include "http/characters.hpp"

namespace aggregator::http {
namespace {

using base::equal_ignoring_case;

constexpr std::size_t kVersionBytes = std::string_view("HTTP/1.1").size();
constexpr int kStatusMin = 100;

constexpr Refusal bad_line(std::string_view why) { return {.code = Code::BadRequest, .why = why}; }

constexpr Refusal kNoVersion = bad_line("no version of HTTP in the first line");
constexpr Refusal kOtherVersion{.code = Code::UnsupportedVersion,
                                .why = "a version of HTTP other than 1"};
constexpr Refusal kNoMethod = bad_line("a request line without a method");
constexpr Refusal kNoTarget = bad_line("a request line without a target and a version");
constexpr Refusal kNoStatus = bad_line("a status line without a status of three digits");
constexpr Refusal kLowStatus = bad_line("a status below 100");
constexpr Refusal kFolded = bad_line("a folded header line");
constexpr Refusal kNoName = bad_line("a header line without a name");
constexpr Refusal kNoColon = bad_line("a header line without a colon behind its name");
constexpr Refusal kOtherCoding{.code = Code::UnsupportedCoding,
                               .why = "a transfer coding other than chunked"};
constexpr Refusal kCodingBehind = bad_line("a transfer coding behind chunked");
constexpr Refusal kNotChunked = bad_line("a transfer coding without chunked at its end");
constexpr Refusal kTwoCodings = bad_line("two Transfer-Encoding lines");
constexpr Refusal kCodingAndLength = bad_line("Transfer-Encoding together with Content-Length");
constexpr Refusal kOldCoding = bad_line("Transfer-Encoding in HTTP/1.0");
constexpr Refusal kNoLength = bad_line("a Content-Length that is no number");
constexpr Refusal kTwoLengths = bad_line("two different values of Content-Length");
constexpr Refusal kLengthTwice = bad_line("two Content-Length lines");

/// The minor version is 1 at most (RFC 9110 2.5).
const Refusal* read_version(std::string_view text, int& minor) {
    if (text.size() != kVersionBytes || !text.starts_with("HTTP/") || !is_digit(text[5]) ||
        text[6] != '.' || !is_digit(text[7])) {
        return &kNoVersion;
    }
    minor = text[7] == '0' ? 0 : 1;
    return text[5] == '1' ? nullptr : &kOtherVersion;
}

std::size_t token_size(std::string_view text) {
    std::size_t size = 0;
    while (size < text.size() && is_token(text[size])) {
        ++size;
    }
    return size;
}

/// RFC 9112 6.1 and 6.3: chunked must be last and stand once, else the body's end cannot be known.
const Refusal* coding_refusal(std::string_view codings) {
    bool last_is_chunked = false;
    while (!codings.empty()) {
        if (last_is_chunked) {
            return &kCodingBehind;
        }
        const auto comma = std::min(codings.find(','), codings.size());
        last_is_chunked = equal_ignoring_case(base::trim(codings.substr(0, comma)), "chunked");
        codings.remove_prefix(std::min(comma + 1, codings.size()));
    }
    return last_is_chunked ? &kOtherCoding : &kNotChunked;
}

const Refusal* note_coding(std::string_view codings, int minor, HeadFraming& framing) {
    if (framing.chunked) {
        return &kTwoCodings;
    }
    if (framing.length) {
        return &kCodingAndLength;
    }
    if (minor == 0) {
        return &kOldCoding;
    }
    if (!equal_ignoring_case(codings, "chunked")) {
        return coding_refusal(codings);
    }
    framing.chunked = true;
    return nullptr;
}

const Refusal* note_length(std::string_view text, HeadFraming& framing) {
    const auto length = base::parse_decimal(text);
    if (framing.chunked) {
        return &kCodingAndLength;
    }
    if (!length) {
        return &kNoLength;
    }
    if (framing.length && framing.length != length) {
        return &kTwoLengths;
    }
    framing.length = length;
    return nullptr;
}

void note_connection(std::string_view options, HeadFraming& framing) {
    while (!options.empty()) {
        const auto comma = std::min(options.find(','), options.size());
        const std::string_view option = base::trim(options.substr(0, comma));
        framing.closes = framing.closes || equal_ignoring_case(option, "close");
        framing.keeps = framing.keeps || equal_ignoring_case(option, "keep-alive");
        options.remove_prefix(std::min(comma + 1, options.size()));
    }
}

enum class Meaning : std::uint8_t { None, Host, Connection, Length, Coding };

/// Told apart by their lengths before any comparison.
Meaning meaning_of(std::string_view name) {
    const auto meaning = [name](std::string_view wanted, Meaning known) {
        return equal_ignoring_case(name, wanted) ? known : Meaning::None;
    };
    switch (name.size()) {
        case 4:
            return meaning("Host", Meaning::Host);
        case 10:
            return meaning("Connection", Meaning::Connection);
        case 14:
            return meaning("Content-Length", Meaning::Length);
        case 17:
            return meaning("Transfer-Encoding", Meaning::Coding);
        default:
            return Meaning::None;
    }
}

}  // namespace

const Refusal* read_request_line(std::string_view line, StartLine& out) {
    const std::size_t method = token_size(line);
    if (method == 0 || method == line.size() || line[method] != ' ') {
        return &kNoMethod;
    }
    const std::string_view rest = line.substr(method + 1);
    const std::size_t target = std::min(rest.find(' '), rest.size());
    if (target == 0 || target == rest.size() ||
        rest.substr(0, target).find('\t') != std::string_view::npos) {
        return &kNoTarget;
    }
    out.method = line.substr(0, method);
    out.target = rest.substr(0, target);
    return read_version(rest.substr(target + 1), out.minor);
}

const Refusal* read_status_line(std::string_view line, StartLine& out) {
    if (const Refusal* const refusal = read_version(line.substr(0, kVersionBytes), out.minor)) {
        return refusal;
    }
    std::string_view rest = line.substr(kVersionBytes);
    const std::size_t spaces = std::min(rest.find_first_not_of(' '), rest.size());
    rest.remove_prefix(spaces);
    const std::string_view digits = rest.substr(0, 3);
    const bool ends = rest.size() == digits.size() || rest[digits.size()] == ' ';
    if (spaces == 0 || digits.size() != 3 || !ends ||
        !std::all_of(digits.begin(), digits.end(), is_digit)) {
        return &kNoStatus;
    }
    out.status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
    return out.status < kStatusMin ? &kLowStatus : nullptr;
}

const Refusal* read_field_line(std::string_view line, Colon colon, Field& out) {
    const std::size_t name = token_size(line);
    if (name == 0) {
        return !line.empty() && is_blank(line.front()) ? &kFolded : &kNoName;
    }
    std::size_t at = name;
    while (colon == Colon::Spaced && at < line.size() && is_blank(line[at])) {
        ++at;
    }
    if (at == line.size() || line[at] != ':') {
        return &kNoColon;
    }
    out.name = line.substr(0, name);
    out.value = base::trim(line.substr(at + 1));
    return nullptr;
}

const Refusal* note_of_request(const Field& field, int minor, HeadFraming& framing) {
    switch (meaning_of(field.name)) {
        case Meaning::Host:
            ++framing.hosts;
            return nullptr;
        case Meaning::Connection:
            note_connection(field.value, framing);
            return nullptr;
        case Meaning::Length:
            return framing.length ? &kLengthTwice : note_length(field.value, framing);
        case Meaning::Coding:
            return note_coding(field.value, minor, framing);
        case Meaning::None:
            break;
    }
    return nullptr;
}

const Refusal* note_of_response(const Field& field, int minor, HeadFraming& framing) {
    if (meaning_of(field.name) != Meaning::Length) {
        return note_of_request(field, minor, framing);
    }
    std::string_view lengths = field.value;
    for (;;) {  // RFC 9110 8.6: the same number several times
        const auto comma = std::min(lengths.find(','), lengths.size());
        if (const Refusal* const refusal =
                note_length(base::trim(lengths.substr(0, comma)), framing)) {
            return refusal;
        }
        if (comma == lengths.size()) {
            return nullptr;
        }
        lengths.remove_prefix(comma + 1);
    }
}

}  // namespace aggregator::http
