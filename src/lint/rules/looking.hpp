#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/text.hpp>
#include <aggregator/lint/rule.hpp>

#include "lint/words.hpp"

/// What rules have in common: names for messages, and what stands in the files.
namespace aggregator::lint {

using Names = std::vector<std::string>;

/// Lists of names at an endpoint and at a backend.
inline constexpr std::string_view kInputHeaders = "input_headers";
inline constexpr std::string_view kInputQueries = "input_query_strings";
inline constexpr std::string_view kEverything = "*";

/// `GET /users/{id}`
[[nodiscard]] std::string title_of(const config::EndpointConfig& endpoint);
/// The backend's `url_pattern`.
[[nodiscard]] std::string title_of(const config::BackendConfig& backend);
/// `a`, `a and b`, `a, b and c`
[[nodiscard]] std::string enumerated(const Names& names);
/// " and 3 more" behind the first of them; nothing if it is alone.
[[nodiscard]] std::string and_more(std::size_t count);

/// Calls `visit(endpoint, backend)` for each backend of each endpoint, shadows included.
template <typename Visit>
void for_each_backend(const Subject& subject, const Visit& visit) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        for (const config::BackendConfig& backend : endpoint.backends) {
            visit(endpoint, backend);
        }
    }
}

/// Calls `visit(source, key, path)` for each path of the configuration that requests are compared
/// with: those of the endpoints, and of the health route.
template <typename Visit>
void for_each_route(const Subject& subject, const Visit& visit) {
    const config::RouterConfig& router = subject.service.router;
    if (!router.disable_health) {
        visit(subject.service.places.router, "health_path", router.health_path);
    }
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        visit(endpoint.source, "endpoint", endpoint.endpoint);
    }
}

/// The text of a value, or of an element of a list; empty if it is none.
[[nodiscard]] std::string_view text_at(const Source& object, Source::Spot spot);
/// Whether the object has a list of its own there, with something in it.
[[nodiscard]] bool has_list(const Source& object, std::string_view key);
/// Whether a duration's text says nothing but 0, which stands for the default.
[[nodiscard]] bool says_zero(const json::Node& duration);
/// Whether the object itself says a duration there that counts.
[[nodiscard]] bool says_duration(const Source& object, std::string_view key);
/// Whether a variable stands in the place of the service's key.
[[nodiscard]] bool is_overridden(const config::ServiceConfig& service, std::string_view key);

/// Headers are compared without their case.
[[nodiscard]] bool same_header(std::string_view a, std::string_view b);
[[nodiscard]] bool lists_header(const Names& headers, std::string_view name);
[[nodiscard]] bool lists(const Names& names, std::string_view name);
/// Whether there is a list and it has empty names alone.
[[nodiscard]] bool lists_nothing(const Names& names);
/// Whether a client's header enters the endpoint, before its backends filter it again.
[[nodiscard]] bool lets_in(const config::EndpointConfig& endpoint, std::string_view header);
/// Whether bodies are usual with the method.
[[nodiscard]] bool carries_body(std::string_view method);

/// Where an endpoint's path may have parameters.
[[nodiscard]] plan::ParamSyntax syntax_of(const config::ServiceConfig& service);
/// A segment of an endpoint's path as it is written.
struct PathSegment {
    std::string_view text;
    bool captures = false;  ///< it takes a value
};
/// None if the path is longer than any that a router has use for.
[[nodiscard]] std::vector<PathSegment> segments_of(std::string_view endpoint,
                                                   plan::ParamSyntax syntax);
/// Whether two names are one parameter: they are, whatever the case of their first letter.
[[nodiscard]] bool same_parameter(std::string_view a, std::string_view b);

}  // namespace aggregator::lint
