#pragma once

#include <string_view>

#include <aggregator/http/message.hpp>

namespace aggregator::http {

/// The header that marks a request as sent because of a redirect; its value is the number of
/// redirects that were followed. A gateway that gets such a request passes the header on to its
/// backends and follows no redirect of theirs, so that a redirect into a gateway cannot make one
/// request into many. The name does not depend on the configured prefix: gateways with different
/// prefixes may redirect to each other.
inline constexpr std::string_view kRedirectsField = "X-Aggregator-Redirects";

/// Whether a header is about one connection only and never forwarded (RFC 9110 7.6.1), or is meant
/// for the next proxy alone (RFC 9110 11.7).
[[nodiscard]] bool is_hop_by_hop(std::string_view name);

/// Whether a Connection field names headers that would not end at this hop by themselves.
[[nodiscard]] bool names_hops(Fields headers);
/// Whether a Connection field names this header.
[[nodiscard]] bool is_named_hop(Fields headers, std::string_view name);

}  // namespace aggregator::http
