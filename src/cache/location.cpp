#include <aggregator/cache/location.hpp>

#include <vector>

#include <aggregator/base/text.hpp>

namespace aggregator::cache {

namespace {

/// Without `.` and `..` among its segments (RFC 3986 5.2.4).
std::string without_dots(std::string_view path) {
    std::vector<std::string_view> kept;
    bool open = false;  // it ends in a slash
    std::size_t begin = 1;
    while (begin <= path.size()) {
        const std::size_t slash = std::min(path.find('/', begin), path.size());
        const std::string_view segment = path.substr(begin, slash - begin);
        open = segment == "." || segment == "..";
        if (segment == ".." && !kept.empty()) {
            kept.pop_back();
        } else if (!open) {
            kept.push_back(segment);
        }
        begin = slash + 1;
    }
    std::string out;
    for (const std::string_view segment : kept) {
        out.append("/").append(segment);
    }
    return open || out.empty() ? out + '/' : out;
}

std::string_view before(std::string_view text, std::string_view any) {
    return text.substr(0, text.find_first_of(any));
}

/// The path and query of a reference within the origin.
std::string merged(std::string_view base, std::string_view reference) {
    const std::string_view path = before(base, "?");
    const std::string_view wanted = before(reference, "?");
    const std::string_view query = reference.substr(wanted.size());
    if (wanted.empty()) {
        return std::string(path).append(query.empty() ? base.substr(path.size()) : query);
    }
    std::string whole;
    if (!wanted.starts_with('/')) {
        whole = path.substr(0, path.rfind('/') + 1);
    }
    return without_dots(whole.append(wanted)).append(query);
}

}  // namespace

std::optional<std::string> resolve(const Place& from, std::string_view reference) {
    reference = before(base::trim(reference), "#");
    const std::size_t scheme = from.origin.find("//");
    const std::string_view authority = from.origin.substr(scheme + 2);
    std::string_view rest = reference;
    const std::string_view own_scheme = from.origin.substr(0, scheme);
    if (base::equal_ignoring_case(rest.substr(0, own_scheme.size()), own_scheme)) {
        rest.remove_prefix(own_scheme.size());
    } else if (before(rest, ":/?").size() < rest.size() &&
               rest[before(rest, ":/?").size()] == ':') {
        return std::nullopt;  // another scheme
    }
    if (rest.starts_with("//")) {
        rest.remove_prefix(2);
        const std::string_view named = before(rest, "/?");
        if (!base::equal_ignoring_case(named, authority)) {
            return std::nullopt;
        }
        rest.remove_prefix(named.size());
        return rest.starts_with('/') ? merged("/", rest) : std::string("/").append(rest);
    }
    return merged(from.path, rest);
}

}  // namespace aggregator::cache
