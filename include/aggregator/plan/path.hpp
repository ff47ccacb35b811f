#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aggregator::plan {

/// A request target in origin form, cut at its first `?`. Views into the target.
struct TargetParts {
    std::string_view path;
    std::string_view query;  ///< without the `?`; empty if there is none
};

[[nodiscard]] TargetParts split_target(std::string_view target);

/// The percent-decoded path: `path` itself if nothing in it is escaped, else a view of `scratch`,
/// which is overwritten. Nothing if an escape is malformed: the request is to be refused. `+` is
/// not a space here.
[[nodiscard]] std::optional<std::string_view> decode_path(std::string_view path,
                                                          std::string& scratch);

/// Appends a decoded path as it stands in a target: each segment percent-encoded, slashes kept.
void append_encoded_path(std::string& out, std::string_view path);

/// Why a captured value would climb out of a backend's pattern; nothing if it stays in its place.
[[nodiscard]] std::optional<std::string> climbs(std::string_view value);

/// Why a captured value, decoded once, must not be used: `encoded url params`, `invalid URL escape
/// "%zz"`, or what climbs() says. Nothing if it is safe, which costs one look at each byte.
[[nodiscard]] std::optional<std::string> param_is_unsafe(std::string_view value);

/// `path` without `//`, `.` and `..` segments; a trailing slash is kept.
[[nodiscard]] std::string clean_path(std::string_view path);

}  // namespace aggregator::plan
