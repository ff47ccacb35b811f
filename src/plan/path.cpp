#include <aggregator/plan/path.hpp>

#include <algorithm>
#include <vector>

#include <aggregator/base/log.hpp>
#include <aggregator/http/target.hpp>

#include "plan/escape.hpp"

namespace aggregator::plan {

TargetParts split_target(std::string_view target) {
    const std::size_t mark = target.find('?');
    if (mark == std::string_view::npos) {
        return {.path = target, .query = {}};
    }
    return {.path = target.substr(0, mark), .query = target.substr(mark + 1)};
}

std::optional<std::string_view> decode_path(std::string_view path, std::string& scratch) {
    std::size_t escape = path.find('%');
    if (escape == std::string_view::npos) {
        return path;
    }
    scratch.clear();
    std::size_t from = 0;
    while (escape != std::string_view::npos) {
        const std::optional<char> byte = decode_escape(path, escape);
        if (!byte) {
            return std::nullopt;
        }
        scratch.append(path, from, escape - from);
        scratch += *byte;
        from = escape + 3;
        escape = path.find('%', from);
    }
    scratch.append(path, from, std::string_view::npos);
    return scratch;
}

void append_encoded_path(std::string& out, std::string_view path) {
    for (std::size_t from = 0; from < path.size();) {
        const std::size_t slash = std::min(path.find('/', from), path.size());
        append_path_segment(out, path.substr(from, slash - from));
        if (slash < path.size()) {
            out += '/';
        }
        from = slash + 1;
    }
}

std::optional<std::string> climbs(std::string_view value) {
    return http::holds_dot_segment(value)
               ? std::optional<std::string>("a dot segment as a parameter")
               : std::nullopt;
}

std::optional<std::string> param_is_unsafe(std::string_view value) {
    std::size_t at = value.find_first_of("%?#");
    if (at == std::string_view::npos) {
        return climbs(value);
    }
    for (at = value.find('%', at); at != std::string_view::npos; at = value.find('%', at + 3)) {
        if (!decode_escape(value, at)) {
            std::string reason = "invalid URL escape ";
            base::append_json_string(reason, value.substr(at, 3));
            return reason;
        }
    }
    return "encoded url params";
}

std::string clean_path(std::string_view path) {
    std::vector<std::string_view> kept;
    for (std::size_t from = 0; from < path.size();) {
        const std::size_t end = std::min(path.find('/', from), path.size());
        const std::string_view segment = path.substr(from, end - from);
        if (segment == ".." && !kept.empty()) {
            kept.pop_back();
        } else if (!segment.empty() && segment != "." && segment != "..") {
            kept.push_back(segment);
        }
        from = end + 1;
    }
    std::string clean;
    for (const std::string_view segment : kept) {
        clean.append(1, '/').append(segment);
    }
    if (clean.empty() || path.ends_with('/')) {
        clean += '/';
    }
    return clean;
}

}  // namespace aggregator::plan
