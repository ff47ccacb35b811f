#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aggregator::reading {

/// A host as users write it, as `scheme://name[:port][/prefix]` without a trailing slash; `http` if
/// no scheme is written. Nothing if it is no host.
[[nodiscard]] std::optional<std::string> sanitize_host(std::string_view text);

/// What to write in the place of a host that is none: one with `$` or `{` was meant to be filled in
/// by a variable, which no file here is.
[[nodiscard]] std::string_view hint_for_host(std::string_view text);

/// Whether the text is a host without scheme and path: `name`, `name:port`; an IPv6 address stands
/// in brackets.
[[nodiscard]] bool is_authority(std::string_view text);

/// Whether the text may be the name of a header or a method (RFC 9110, token).
[[nodiscard]] bool is_token(std::string_view text);

/// In upper case, of ASCII.
[[nodiscard]] std::string upper_case(std::string text);

/// Whether the text is a method that an endpoint may be served for, in upper case.
[[nodiscard]] bool is_endpoint_method(std::string_view text);

/// Whether the text is an IPv4 or IPv6 address, without brackets.
[[nodiscard]] bool is_ip_literal(const std::string& text);

/// An address with or without a port, an IPv6 address in brackets if it has one, as `address:port`
/// or `[address]:port`. Nothing if it is none.
[[nodiscard]] std::optional<std::string> with_port(std::string_view text, std::uint16_t fallback);

}  // namespace aggregator::reading
