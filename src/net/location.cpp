#include "net/location.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <aggregator/base/text.hpp>
#include <aggregator/http/target.hpp>

namespace aggregator::net {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;
constexpr std::size_t kShownMax = 200;
constexpr std::size_t kLocationBytesMax = 8u << 10;

std::uint16_t standard_port(const Origin& origin) { return origin.tls ? kHttpsPort : kHttpPort; }

tl::unexpected<base::Error> bad_location(std::string_view reference, std::string_view why) {
    std::string shown(reference.substr(0, kShownMax));
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return c < 0x20 || c == 0x7F; }, '?');
    return base::fail(base::Code::BadRedirect,
                      "cannot follow the Location '" + shown + "': " + std::string(why));
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// The length of the scheme in front of its colon; nothing if the reference is relative.
std::optional<std::size_t> scheme_of(std::string_view reference) {
    const std::size_t end = reference.find_first_of(":/?");
    if (end == std::string_view::npos || reference[end] != ':' || !is_letter(reference.front())) {
        return std::nullopt;
    }
    const auto fits = [](char c) {
        return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
    };
    return std::all_of(reference.begin(), reference.begin() + static_cast<std::ptrdiff_t>(end),
                       fits)
               ? std::optional(end)
               : std::nullopt;
}

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
    });
}

bool is_v6(std::string_view text) {
    return text.find(':') != std::string_view::npos &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_hex(c) || c == ':' || c == '.'; });
}

bool take_port(std::string_view text, Origin& origin) {
    if (text.empty() || text == ":") {
        origin.port = standard_port(origin);
        return true;
    }
    const auto number = base::parse_decimal(text.substr(1));
    if (text.front() != ':' || !number || *number == 0 || *number > 65535) {
        return false;
    }
    origin.port = static_cast<std::uint16_t>(*number);
    return true;
}

bool take_authority(std::string_view text, Origin& origin) {
    text.remove_prefix(text.rfind('@') + 1);  // npos + 1 is 0
    const bool literal = text.starts_with('[');
    const std::size_t close = literal ? text.find(']') : 0;
    if (close == std::string_view::npos) {
        return false;
    }
    const std::size_t end = literal ? close + 1 : std::min(text.find(':'), text.size());
    const std::string_view name = literal ? text.substr(1, close - 1) : text.substr(0, end);
    if (literal ? !is_v6(name) : !is_name(name)) {
        return false;
    }
    origin.name = base::to_lower(name);
    return take_port(text.substr(end), origin);
}

/// RFC 3986 5.2.4; of a path that begins with a slash.
std::string without_dots(std::string_view path) {
    std::vector<std::string_view> kept;
    bool open = false;  // the path ends with a slash
    for (std::size_t at = 1; at <= path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string_view segment = path.substr(at, end - at);
        open = segment == "." || segment == "..";
        if (!open) {
            kept.push_back(segment);
        } else if (segment == ".." && !kept.empty()) {
            kept.pop_back();
        }
        at = end + 1;
    }
    std::string clean;
    for (const std::string_view segment : kept) {
        clean.append("/").append(segment);
    }
    return open || clean.empty() ? clean + "/" : clean;
}

bool has_bad_escape(std::string_view path) {
    for (std::size_t at = path.find('%'); at != std::string_view::npos;
         at = path.find('%', at + 1)) {
        if (at + 2 >= path.size() || !is_hex(path[at + 1]) || !is_hex(path[at + 2])) {
            return true;
        }
    }
    return false;
}

/// RFC 3986 5.2.2, of what follows the authority.
std::string merged(std::string_view rest, std::string_view base) {
    const std::size_t mark = std::min(rest.find('?'), rest.size());
    const std::string_view path = rest.substr(0, mark);
    std::string_view query = rest.substr(mark);
    const std::size_t base_mark = std::min(base.find('?'), base.size());
    const std::string_view base_path = base.substr(0, base_mark);
    std::string whole;
    if (path.empty()) {
        whole = base_path;
        query = query.empty() ? base.substr(base_mark) : query;
    } else if (path.front() == '/') {
        whole = without_dots(path);
    } else {
        const std::string_view folder = base_path.substr(0, base_path.rfind('/') + 1);
        whole = without_dots((folder.empty() ? "/" : std::string(folder)).append(path));
    }
    std::string target;
    http::append_target(target, whole.empty() ? "/" : whole);
    http::append_target(target, query);
    return target;
}

}  // namespace

base::Result<Location> resolve_location(std::string_view reference, const Origin& base,
                                        std::string_view base_target) {
    const std::string_view whole = reference;
    if (reference.size() > kLocationBytesMax) {
        return bad_location(whole, "it is longer than 8 KiB");
    }
    if (std::any_of(reference.begin(), reference.end(),
                    [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; })) {
        return bad_location(whole, "it holds a control character");
    }
    reference = reference.substr(0, reference.find('#'));
    Location location{.origin = base, .target = {}};
    const auto scheme = reference.empty() ? std::nullopt : scheme_of(reference);
    if (scheme) {
        const std::string name = base::to_lower(reference.substr(0, *scheme));
        reference.remove_prefix(*scheme + 1);
        if ((name != "http" && name != "https") || !reference.starts_with("//")) {
            return bad_location(whole, "only http:// and https:// are followed");
        }
        location.origin.tls = name == "https";
    }
    const bool has_authority = reference.starts_with("//");
    if (has_authority) {
        const std::size_t end = std::min(reference.find_first_of("/?", 2), reference.size());
        if (!take_authority(reference.substr(2, end - 2), location.origin)) {
            return bad_location(whole, "it has no valid host and port");
        }
        reference.remove_prefix(end);
        if (location.origin.name != base.name) {
            location.origin.addresses.clear();
        }
        location.origin.authority = authority_of(location.origin);
    }
    location.origin.prefix.clear();
    if (has_bad_escape(reference.substr(0, reference.find('?')))) {
        return bad_location(whole, "its path has a percent sign without two digits");
    }
    location.target = merged(reference, has_authority ? "/" : base_target);
    if (http::holds_dot_segment(location.target.substr(0, location.target.find('?')))) {
        return bad_location(whole, "its path holds a dot segment in disguise");
    }
    return location;
}

std::string url_of(const Origin& origin, std::string_view target) {
    std::string url(origin.tls ? "https://" : "http://");
    return url.append(origin.authority).append(target);
}

std::string authority_of(const Origin& origin) {
    const bool literal = origin.name.find(':') != std::string::npos;
    std::string text = literal ? "[" + origin.name + "]" : origin.name;
    if (origin.port != standard_port(origin)) {
        text.append(":").append(std::to_string(origin.port));
    }
    return text;
}

bool is_same_origin(const Origin& one, const Origin& other) {
    return one.tls == other.tls && one.port == other.port && one.name.size() == other.name.size() &&
           base::equal_ignoring_case(one.name, other.name);
}

}  // namespace aggregator::net
