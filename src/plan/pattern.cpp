#include "plan/pattern.hpp"
#include "plan/names.hpp"

#include <algorithm>

#include <aggregator/plan/path.hpp>

namespace aggregator::plan {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

bool is_name(char c) { return is_word(c) || c == '.' || c == ':' || c == '/'; }

void add_once(std::vector<std::string>& names, std::string_view name) {
    if (!contains(names, name)) {
        names.emplace_back(name);
    }
}

}  // namespace

std::optional<Placeholder> find_placeholder(std::string_view text, std::size_t from) {
    for (std::size_t open = text.find('{', from); open != std::string_view::npos;
         open = text.find('{', open + 1)) {
        std::size_t end = open + 1;
        while (end < text.size() && is_name(text[end])) {
            ++end;
        }
        if (end > open + 1 && end < text.size() && text[end] == '}') {
            return Placeholder{
                .name = text.substr(open + 1, end - open - 1), .begin = open, .end = end + 1};
        }
    }
    return std::nullopt;
}

std::vector<std::string> placeholder_names(std::string_view text) {
    std::vector<std::string> names;
    for (auto found = find_placeholder(text, 0); found;
         found = find_placeholder(text, found->end)) {
        add_once(names, found->name);
    }
    return names;
}

bool is_late_placeholder(std::string_view name) {
    if (name.starts_with("JWT.")) {
        return name.size() > 4;
    }
    if (!name.starts_with("resp")) {
        return false;
    }
    std::size_t at = 4;
    while (at < name.size() && is_digit(name[at])) {
        ++at;
    }
    const bool counted = at > 4 && at + 1 < name.size() && name[at] == '_';
    return counted && name.find_first_of(":/", at) == std::string_view::npos;
}

std::string capitalised(std::string_view name) {
    std::string text(name);
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    }
    return text;
}

std::string shown_placeholder(std::string_view name) { return "{{." + capitalised(name) + "}}"; }

std::string shown_pattern(std::string_view text) {
    std::string shown;
    std::size_t from = 0;
    for (auto found = find_placeholder(text, 0); found; found = find_placeholder(text, from)) {
        shown.append(text, from, found->begin - from).append(shown_placeholder(found->name));
        from = found->end;
    }
    return shown.append(text, from);
}

std::vector<std::string> declared_names(std::string_view endpoint, ParamSyntax syntax) {
    std::vector<std::string> names;
    for (auto found = find_placeholder(endpoint, 0); found;
         found = find_placeholder(endpoint, found->end)) {
        const bool alone = found->begin > 0 && endpoint[found->begin - 1] == '/' &&
                           std::all_of(found->name.begin(), found->name.end(), is_word);
        if (syntax == ParamSyntax::Anywhere || alone) {
            add_once(names, found->name);
        }
    }
    return names;
}

std::string router_path(std::string_view endpoint, ParamSyntax syntax) {
    const std::vector<std::string> names = declared_names(endpoint, syntax);
    std::string path;
    std::size_t from = 0;
    for (auto found = find_placeholder(endpoint, 0); found;
         found = find_placeholder(endpoint, found->end)) {
        if (contains(names, found->name)) {
            path.append(endpoint, from, found->begin - from).append(1, ':').append(found->name);
            from = found->end;
        }
    }
    path.append(endpoint, from, std::string_view::npos);
    return clean_path(path);
}

std::vector<RouteSegment> route_segments(std::string_view path) {
    std::vector<RouteSegment> segments;
    for (std::size_t slash = 0; slash < path.size();) {
        const std::size_t end = std::min(path.find('/', slash + 1), path.size());
        const std::string_view text = path.substr(slash + 1, end - slash - 1);
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos) {
            segments.push_back({.prefix = text, .name = {}, .has_param = false});
        } else {
            segments.push_back({.prefix = text.substr(0, colon),
                                .name = text.substr(colon + 1),
                                .has_param = true});
        }
        slash = end;
    }
    return segments;
}

std::vector<std::string> parameter_names(std::string_view endpoint, ParamSyntax syntax) {
    const std::string path = router_path(endpoint, syntax);
    std::vector<std::string> names;
    for (const RouteSegment& segment : route_segments(path)) {
        if (segment.has_param) {
            names.emplace_back(segment.name);
        }
    }
    return names;
}

}  // namespace aggregator::plan
