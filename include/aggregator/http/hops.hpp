#pragma once

#include <string_view>

#include <aggregator/http/message.hpp>

namespace aggregator::http {

/// Whether a header is about one connection only and never forwarded (RFC 9110 7.6.1), or is meant
/// for the next proxy alone (RFC 9110 11.7).
[[nodiscard]] bool is_hop_by_hop(std::string_view name);

/// Whether a Connection field names headers that would not end at this hop by themselves.
[[nodiscard]] bool names_hops(Fields headers);
/// Whether a Connection field names this header.
[[nodiscard]] bool is_named_hop(Fields headers, std::string_view name);

}  // namespace aggregator::http
