#include <aggregator/http/target.hpp>

#include <algorithm>
#include <array>

#include <arpa/inet.h>

#include <aggregator/base/text.hpp>

#include "http/characters.hpp"

namespace aggregator::http {
namespace {

using base::equal_ignoring_case;

constexpr std::uint64_t kPortMax = 65535;

tl::unexpected<Error> bad(std::string_view why) {
    return base::fail(Code::BadTarget, std::string(why));
}

bool is_name_character(char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view("-._~!$&'()*+,;=").find(c) != std::string_view::npos;
}

/// Decoded, such a byte would end a name or a line, or begin another escape.
bool ends_a_name(unsigned char byte) {
    return byte <= ' ' || byte == 0x7F ||
           std::string_view("/\\?#@:[]%").find(static_cast<char>(byte)) != std::string_view::npos;
}

/// RFC 3986 3.2.2: a registered name, or an IPv4 address, which has the same characters.
bool is_registered_name(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            if (!is_name_character(text[at])) {
                return false;
            }
            continue;
        }
        const int high = at + 2 < text.size() ? hex_value(text[at + 1]) : -1;
        const int low = high < 0 ? -1 : hex_value(text[at + 2]);
        if (low < 0 || ends_a_name(static_cast<unsigned char>(high * 16 + low))) {
            return false;
        }
        at += 2;
    }
    return true;
}

bool is_v6(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> copy{};
    if (text.size() >= copy.size() || text.find('\0') != std::string_view::npos) {
        return false;
    }
    text.copy(copy.data(), text.size());
    in6_addr address{};
    return inet_pton(AF_INET6, copy.data(), &address) == 1;
}

/// RFC 3986 3.2.2, IPvFuture: `v1.anything`.
bool is_later_version(std::string_view text) {
    const std::size_t dot = text.find('.');
    if (text.empty() || (text.front() | 0x20) != 'v' || dot == std::string_view::npos) {
        return false;
    }
    const std::string_view version = text.substr(1, dot - 1);
    const std::string_view address = text.substr(dot + 1);
    return !version.empty() && !address.empty() &&
           std::all_of(version.begin(), version.end(), [](char c) { return hex_value(c) >= 0; }) &&
           std::all_of(address.begin(), address.end(),
                       [](char c) { return c == ':' || is_name_character(c); });
}

bool is_port(std::string_view text) {
    const bool digits = std::all_of(text.begin(), text.end(), is_digit);
    return digits && (text.empty() || base::parse_decimal(text).value_or(kPortMax + 1) <= kPortMax);
}

/// The bytes of `http://` or `https://` in front of a target; 0 if it has another form.
std::size_t scheme_size(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (equal_ignoring_case(target.substr(0, scheme.size()), scheme)) {
            return scheme.size();
        }
    }
    return 0;
}

bool has_sound_escapes(std::string_view path) {
    for (auto at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 3)) {
        if (path.size() - at < 3 || hex_value(path[at + 1]) < 0 || hex_value(path[at + 2]) < 0) {
            return false;
        }
    }
    return true;
}

constexpr int kDecodingsMax = 4;

bool has_plain_dot_segment(std::string_view path) {
    for (std::size_t from = 0; from <= path.size();) {
        const std::size_t end = std::min(path.find_first_of("/\\", from), path.size());
        std::string_view segment = path.substr(from, end - from);
        segment = segment.substr(0, segment.find_first_of(";?#"));
        const auto is_dropped = [](char c) { return (c >= 0 && c <= ' ') || c == 0x7F; };
        while (!segment.empty() && is_dropped(segment.front())) {
            segment.remove_prefix(1);
        }
        while (!segment.empty() && is_dropped(segment.back())) {
            segment.remove_suffix(1);
        }
        if (segment == "." || segment == "..") {
            return true;
        }
        from = end + 1;
    }
    return false;
}

/// Undoes each sound escape once; what is malformed stays.
std::string decoded_once(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escape = text[at] == '%' && at + 2 < text.size() &&
                            hex_value(text[at + 1]) >= 0 && hex_value(text[at + 2]) >= 0;
        if (!escape) {
            out += text[at];
            continue;
        }
        out += static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]));
        at += 2;
    }
    return out;
}

Result<Target> read_path(std::string_view host, std::string_view target) {
    if (target.find('#') != std::string_view::npos) {
        return bad("a fragment cannot stand in a request target");
    }
    if (!has_sound_escapes(target.substr(0, target.find('?')))) {
        return bad("the request target has a percent sign without two hex digits");
    }
    return Target{host, target};
}

Result<Target> read_absolute(std::string_view method, std::string_view rest, std::string& store) {
    const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
    const std::string_view authority = rest.substr(0, end);
    if (authority.empty() || !is_host(authority)) {
        return bad("the request target has no valid host");
    }
    rest.remove_prefix(end);
    if (rest.empty()) {
        return Target{authority, method == "OPTIONS" ? "*" : "/"};
    }
    if (rest.front() != '/') {
        store.assign("/").append(rest);
        rest = store;
    }
    return read_path(authority, rest);
}

}  // namespace

Result<Target> read_target(std::string_view method, std::string_view target, std::string& store) {
    if (method == "CONNECT") {
        const std::size_t colon = std::min(target.rfind(':'), target.size());
        const bool has_port = colon > 0 && colon + 1 < target.size();
        if (!has_port || !is_host(target)) {
            return bad("the target of CONNECT is not a host and a port");
        }
        return Target{{}, target};
    }
    if (target.starts_with('/')) {
        return read_path({}, target);
    }
    if (target == "*") {
        return method == "OPTIONS" ? Result<Target>(Target{{}, target})
                                   : bad("only OPTIONS asks for *");
    }
    const std::size_t scheme = scheme_size(target);
    return scheme > 0 ? read_absolute(method, target.substr(scheme), store)
                      : bad("the request target is not a path");
}

bool holds_dot_segment(std::string_view path) {
    if (path.find_first_of(".%") == std::string_view::npos) {
        return false;
    }
    if (has_plain_dot_segment(path)) {
        return true;
    }
    std::string text(path);
    for (int i = 0; i < kDecodingsMax; ++i) {
        std::string decoded = decoded_once(text);
        if (decoded.size() == text.size()) {
            return false;
        }
        if (has_plain_dot_segment(decoded)) {
            return true;
        }
        text.swap(decoded);
    }
    return decoded_once(text).size() != text.size();
}

bool is_host(std::string_view text) {
    if (text.empty()) {
        return true;
    }
    const bool literal = text.front() == '[';
    const std::size_t end = literal ? text.find(']') : std::min(text.find(':'), text.size());
    if (end == std::string_view::npos || end == 0) {
        return false;
    }
    const std::string_view rest = text.substr(literal ? end + 1 : end);
    const std::string_view name = literal ? text.substr(1, end - 1) : text.substr(0, end);
    const bool sound = literal ? is_v6(name) || is_later_version(name) : is_registered_name(name);
    return sound && (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
}

void append_target(std::string& out, std::string_view target) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    constexpr std::string_view kEncoded = "\"<>\\^`{|}";
    for (const char c : target) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7F && kEncoded.find(c) == std::string_view::npos) {
            out.push_back(c);
        } else {
            out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
        }
    }
}

}  // namespace aggregator::http
