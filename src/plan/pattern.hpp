#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/plan/placeholders.hpp>
#include <aggregator/plan/routes.hpp>

namespace aggregator::plan {

/// A `{name}` in a text; the name is of letters, digits and `_ - . : /`.
struct Placeholder {
    std::string_view name;
    std::size_t begin = 0;  ///< of the opening brace
    std::size_t end = 0;    ///< after the closing brace
};

/// The first placeholder at or after `from`.
[[nodiscard]] std::optional<Placeholder> find_placeholder(std::string_view text, std::size_t from);

/// With its first letter in upper case, as parameters are compared.
[[nodiscard]] std::string capitalised(std::string_view name);

/// A placeholder as messages and unfilled targets show it: `{{.Id}}`.
[[nodiscard]] std::string shown_placeholder(std::string_view name);

/// The text with each of its placeholders shown like that.
[[nodiscard]] std::string shown_pattern(std::string_view text);

/// The names that an endpoint's path declares, each once, in order: what a `url_pattern` may refer
/// to. Not always what the path captures: `/{a}.json` declares `a` and captures `a.json`.
[[nodiscard]] std::vector<std::string> declared_names(std::string_view endpoint,
                                                      ParamSyntax syntax);

/// The endpoint's path as the router sees it: cleaned, with `:name` for what runs from there to the
/// next slash.
[[nodiscard]] std::string router_path(std::string_view endpoint, ParamSyntax syntax);

/// A segment of a router path.
struct RouteSegment {
    std::string_view prefix;  ///< literal text; all of the segment if it has no parameter
    std::string_view name;    ///< the parameter's name
    bool has_param = false;
};

/// The segments of a router path, views into it; the last one is empty if the path ends with a
/// slash.
[[nodiscard]] std::vector<RouteSegment> route_segments(std::string_view path);

}  // namespace aggregator::plan
