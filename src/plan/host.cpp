#include <aggregator/plan/host.hpp>

#include <algorithm>

#include <aggregator/base/text.hpp>
#include <aggregator/plan/plan.hpp>

#include "plan/escape.hpp"

namespace aggregator::plan {

namespace {

constexpr std::uint16_t kHttpPort = 80;

tl::unexpected<base::Error> bad(std::string_view host, std::string_view why) {
    return base::fail(base::Code::BadConfiguration,
                      "host '" + std::string(host) + "' is not valid: " + std::string(why));
}

/// The scheme in lower case; nothing if there is none.
std::optional<std::string> scheme_of(std::string_view text) {
    const std::size_t mark = text.find("://");
    return mark == std::string_view::npos ? std::nullopt
                                          : std::optional(base::to_lower(text.substr(0, mark)));
}

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

/// The name and what follows it up to the path: a port with its colon, or nothing.
struct Authority {
    std::string_view name;
    std::string_view port;
};

std::optional<Authority> split_authority(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) {
            return std::nullopt;
        }
        const std::string_view name = text.substr(1, close - 1);
        const bool is_v6 = name.find(':') != std::string_view::npos && is_address(name);
        return is_v6 ? std::optional(Authority{.name = name, .port = text.substr(close + 1)})
                     : std::nullopt;
    }
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string_view name = text.substr(0, colon);
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_byte)) {
        return std::nullopt;
    }
    return Authority{.name = name, .port = text.substr(colon)};
}

std::optional<std::uint16_t> port_of(std::string_view text, std::uint16_t standard) {
    if (text.empty()) {
        return standard;
    }
    const auto number = base::parse_decimal(text.substr(1));
    if (text.front() != ':' || !number || *number == 0 || *number > 65535) {
        return std::nullopt;
    }
    return static_cast<std::uint16_t>(*number);
}

std::string authority_of(const Host& host) {
    const bool is_v6 = host.name.find(':') != std::string::npos;
    std::string text = is_v6 ? "[" + host.name + "]" : host.name;
    if (host.port != (host.tls ? kHttpsPort : kHttpPort)) {
        text += ':';
        base::append_decimal(text, host.port);
    }
    return text;
}

std::string prefix_of(std::string_view path) {
    while (path.ends_with('/')) {
        path.remove_suffix(1);
    }
    std::string prefix;
    append_path_literal(prefix, path);
    return prefix;
}

}  // namespace

bool has_foreign_scheme(std::string_view text) {
    const auto scheme = scheme_of(text);
    return scheme && *scheme != "http" && *scheme != "https";
}

base::Result<Host> parse_host(std::string_view text) {
    const auto scheme = scheme_of(text);
    if (!scheme || has_foreign_scheme(text)) {
        return bad(text, "it must begin with http:// or https://");
    }
    const std::string_view rest = text.substr(scheme->size() + 3);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const auto authority = split_authority(rest.substr(0, slash));
    if (!authority) {
        return bad(text, "a name, an address or an [IPv6 address] was expected after the scheme");
    }
    Host host;
    host.tls = *scheme == "https";
    host.name = authority->name;
    const auto port = port_of(authority->port, host.tls ? kHttpsPort : kHttpPort);
    if (!port) {
        return bad(text, "the port must be a number from 1 to 65535");
    }
    const std::string_view path = rest.substr(slash);
    if (path.find_first_of("?#") != std::string_view::npos) {
        return bad(text, "a query or a fragment cannot stand in front of url_pattern");
    }
    host.port = *port;
    host.authority = authority_of(host);
    host.prefix = prefix_of(path);
    return host;
}

base::Result<Url> parse_url(std::string_view text) {
    const std::size_t scheme = text.find("://");
    const std::size_t end = scheme == std::string_view::npos
                                ? text.size()
                                : std::min(text.find_first_of("/?#", scheme + 3), text.size());
    auto host = parse_host(text.substr(0, end));
    if (!host) {
        return base::fail(host.error());
    }
    std::string target(text.substr(end, text.find('#', end) - end));
    if (!target.starts_with('/')) {
        target.insert(0, "/");
    }
    const auto is_odd = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7F'; };
    if (std::any_of(target.begin(), target.end(), is_odd)) {
        return base::fail(base::Code::BadConfiguration,
                          "'" + std::string(text) + "' has white space in it");
    }
    return Url{*std::move(host), std::move(target)};
}

}  // namespace aggregator::plan
