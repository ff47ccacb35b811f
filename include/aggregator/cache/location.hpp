#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aggregator::cache {

/// Where a request for `path` (with its query) at an origin (`http://a:8080`) leads when it is sent
/// to `reference`, as Location and Content-Location write it (RFC 3986 5.2); nothing if that is
/// another origin.
struct Place {
    std::string_view origin;
    std::string_view path;
};
[[nodiscard]] std::optional<std::string> resolve(const Place& from, std::string_view reference);

}  // namespace aggregator::cache
