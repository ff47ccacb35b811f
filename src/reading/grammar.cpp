#include <aggregator/reading/grammar.hpp>

#include <arpa/inet.h>

#include <algorithm>

#include <aggregator/base/text.hpp>

namespace aggregator::reading {

namespace {

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool all_of(std::string_view text, std::string_view others) {
    return std::all_of(text.begin(), text.end(), [others](char c) {
        return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
    });
}

bool is_ipv6(const std::string& text) {
    in6_addr address{};
    return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_port(std::string_view text) {
    const auto number = base::parse_decimal(text);
    return text.size() <= 5 && number && *number >= 1 && *number <= 65535;
}

bool is_name(std::string_view text) {
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
        return is_ipv6(std::string(text.substr(1, text.size() - 2)));
    }
    return !text.empty() && all_of(text, "._-");
}

/// A path as RFC 3986 has it, every percent sign followed by two hexadecimal digits.
bool is_path(std::string_view text) {
    for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
        const std::string_view digits = text.substr(i + 1, 2);
        if (digits.size() < 2 ||
            digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
            return false;
        }
    }
    return all_of(text, "/._-~!$&'()*+,;=:@%");
}

std::string_view take_scheme(std::string_view& text) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (text.substr(0, scheme.size()) == scheme) {
            text.remove_prefix(scheme.size());
            return scheme;
        }
    }
    return "http://";
}

}  // namespace

std::string_view hint_for_host(std::string_view text) {
    return text.find_first_of("${") == std::string_view::npos
               ? "expected [http://|https://]name[:port][/prefix]; an IPv6 address stands in "
                 "brackets"
               : "variables in a file are not replaced: the variable AGGREGATOR_HOST stands for "
                 "`host` of the service; for other keys fill the file in before the start, as "
                 "with envsubst";
}

std::optional<std::string> sanitize_host(std::string_view text) {
    const std::string_view scheme = take_scheme(text);
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string_view authority = text.substr(0, slash);
    std::string_view prefix = text.substr(slash);
    while (!prefix.empty() && prefix.back() == '/') {
        prefix.remove_suffix(1);
    }
    // The colons of an IPv6 address stand inside its brackets.
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos && !is_port(authority.substr(colon + 1))) {
        return std::nullopt;
    }
    if (!is_name(authority.substr(0, colon)) || !is_path(prefix)) {
        return std::nullopt;
    }
    return std::string(scheme).append(authority).append(prefix);
}

bool is_authority(std::string_view text) {
    const auto host = sanitize_host(text);
    return text.find('/') == std::string_view::npos && host &&
           *host == "http://" + std::string(text);
}

bool is_token(std::string_view text) { return !text.empty() && all_of(text, "!#$%&'*+-.^_`|~"); }

std::string upper_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

bool is_endpoint_method(std::string_view text) {
    constexpr std::string_view kMethods[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    return std::find(std::begin(kMethods), std::end(kMethods), text) != std::end(kMethods);
}

bool is_ip_literal(const std::string& text) {
    in_addr address{};
    return inet_pton(AF_INET, text.c_str(), &address) == 1 || is_ipv6(text);
}

std::optional<std::string> with_port(std::string_view text, std::uint16_t fallback) {
    if (is_ipv6(std::string(text))) {
        return '[' + std::string(text) + "]:" + std::to_string(fallback);
    }
    const std::size_t bracket = text.rfind(']');
    const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const std::string name(text.substr(0, colon));
    const bool v6 = !name.empty() && name.front() == '[';
    if (!(v6 ? is_name(name) : is_ip_literal(name))) {
        return std::nullopt;
    }
    if (colon == std::string_view::npos) {
        return name + ':' + std::to_string(fallback);
    }
    const std::string_view port = text.substr(colon + 1);
    return is_port(port) ? std::optional(name + ':' + std::string(port)) : std::nullopt;
}

}  // namespace aggregator::reading
