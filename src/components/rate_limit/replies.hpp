#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <aggregator/base/loop.hpp>
#include <aggregator/token_bucket/bucket.hpp>

/// What replies say about a limit: the fields `RateLimit-Policy` and `RateLimit` of the IETF's
/// draft (draft-ietf-httpapi-ratelimit-headers-10), and `Retry-After` (RFC 9110 10.2.3).
namespace aggregator::components {

/// Whole seconds, rounded up, at least 1.
[[nodiscard]] std::uint32_t seconds_of(base::Duration duration);

/// The name as a structured field's string (RFC 9651 3.3.3); what cannot stand in one is a `?`.
[[nodiscard]] std::string quoted_name(std::string_view name);

/// `"client";q=50;w=600`: the name, the tokens of a full bucket, the seconds until it is full.
[[nodiscard]] std::string policy_text(const std::string& quoted, const token_bucket::Rate& rate);

/// `"client";r=0;t=12`: the name, the tokens that are left, and the seconds until the bucket has
/// one again, or is full if it has some.
[[nodiscard]] std::string state_text(const std::string& quoted,
                                     const token_bucket::Verdict& verdict);

}  // namespace aggregator::components
