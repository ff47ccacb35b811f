#include <aggregator/plan/template.hpp>

#include <algorithm>

#include <aggregator/base/assert.hpp>
#include <aggregator/http/target.hpp>

#include "plan/escape.hpp"
#include "plan/pattern.hpp"

namespace aggregator::plan {

namespace {

/// The parameter that gives a name its value: the last one that is stored under it.
std::optional<std::uint32_t> param_of(std::string_view name, std::span<const std::string> params) {
    const std::string stored = capitalised(name);
    const bool late = is_late_placeholder(name);
    const bool known = std::any_of(params.begin(), params.end(), [&](const std::string& one) {
        return one == name || (late && one == stored);
    });
    if (!known) {
        return std::nullopt;
    }
    std::size_t last = params.size() - 1;
    while (capitalised(params[last]) != stored) {
        --last;
    }
    return static_cast<std::uint32_t>(last);
}

}  // namespace

Template Template::compile(std::string_view pattern, std::span<const std::string> params,
                           std::vector<Unknown>& unknown) {
    for (const std::string& name : placeholder_names(pattern)) {
        if (!param_of(name, params) && !is_late_placeholder(name)) {
            unknown.push_back({name});
        }
    }
    Template made;
    if (!pattern.starts_with('/')) {
        made.add_literal("/");
    }
    const std::string_view kept = pattern.substr(0, pattern.find('#'));
    std::size_t from = 0;
    for (auto found = find_placeholder(kept, 0); found; found = find_placeholder(kept, from)) {
        made.add_literal(kept.substr(from, found->begin - from));
        if (const auto param = param_of(found->name, params)) {
            made.add_param(*param, found->name);
        } else {
            made.add_literal(shown_placeholder(found->name));
        }
        from = found->end;
    }
    made.add_literal(kept.substr(from));
    const std::vector<std::string_view> harmless(params.size(), "x");
    made.has_dots_ = http::holds_dot_segment(made.path_of(harmless));
    return made;
}

Template::Segment& Template::open_segment() {
    if (segments_.empty() || segments_.back().param != kNoParam) {
        segments_.emplace_back();
    }
    return segments_.back();
}

void Template::add_literal(std::string_view text) {
    std::string& literal = open_segment().literal;
    if (!has_query_) {
        const std::size_t mark = text.find('?');
        append_path_literal(literal, text.substr(0, mark));
        if (mark == std::string_view::npos) {
            return;
        }
        literal += '?';
        has_query_ = true;
        text.remove_prefix(mark + 1);
    }
    append_query_literal(literal, text);
}

void Template::add_param(std::uint32_t param, std::string_view name) {
    Segment& segment = open_segment();
    segment.param = param;
    segment.place = has_query_ ? Place::Query : Place::Path;
    if (!is_late_placeholder(name)) {
        return;
    }
    const std::string shown = shown_placeholder(name);
    if (has_query_) {
        append_query_literal(segment.missing, shown);
    } else {
        append_path_literal(segment.missing, shown);
    }
}

void Template::render(std::span<const std::string_view> params, std::string& out) const {
    for (const Segment& segment : segments_) {
        out += segment.literal;
        if (segment.param == kNoParam) {
            continue;
        }
        AGG_ASSERT(segment.param < params.size());
        const std::string_view value = params[segment.param];
        if (value.data() == nullptr) {
            out += segment.missing;
        } else if (segment.place == Place::Path) {
            append_path_value(out, value);
        } else {
            append_query_value(out, value);
        }
    }
}

std::string Template::path_of(std::span<const std::string_view> params) const {
    std::string path;
    for (const Segment& segment : segments_) {
        const std::string_view literal = segment.literal;
        const std::size_t mark = std::min(literal.find('?'), literal.size());
        path += literal.substr(0, mark);
        if (mark < literal.size() || segment.place == Place::Query) {
            break;
        }
        if (segment.param != kNoParam) {
            AGG_ASSERT(segment.param < params.size());
            const std::string_view value = params[segment.param];
            path += value.data() == nullptr ? std::string_view(segment.missing) : value;
        }
    }
    return path;
}

bool Template::climbs(std::span<const std::string_view> params) const {
    return !has_dots_ && http::holds_dot_segment(path_of(params));
}

std::vector<std::uint32_t> Template::used() const {
    std::vector<std::uint32_t> params;
    for (const Segment& segment : segments_) {
        if (segment.param != kNoParam) {
            params.push_back(segment.param);
        }
    }
    std::sort(params.begin(), params.end());
    params.erase(std::unique(params.begin(), params.end()), params.end());
    return params;
}

}  // namespace aggregator::plan
