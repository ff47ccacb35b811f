#pragma once

#include <string>
#include <string_view>

#include <aggregator/http/message.hpp>

namespace aggregator::plan {

inline constexpr std::string_view kForwardedFor = "X-Forwarded-For";
inline constexpr std::string_view kForwardedHost = "X-Forwarded-Host";
inline constexpr std::string_view kForwardedVia = "X-Forwarded-Via";
inline constexpr std::string_view kUserAgent = "User-Agent";
inline constexpr std::string_view kAcceptEncoding = "Accept-Encoding";

[[nodiscard]] bool same_name(std::string_view a, std::string_view b);

/// Whether a client's field of that name never goes on: it ends at this hop, speaks of framing, or
/// is the gateway's to set. What it is made of is said at forward().
[[nodiscard]] bool ends_here(std::string_view name);

/// Whether a client's field of that name goes on where `"*"` lets in what nobody named. Not what
/// ends here; not `Proxy`, which a CGI program takes for its own setting; and not what a CGI server
/// would hand on under the name of a field that is the gateway's to set or speaks of framing: to
/// it `X_Forwarded_For` is X-Forwarded-For (RFC 3875 4.1.18).
[[nodiscard]] bool passes_unnamed(std::string_view name);

/// `content-TYPE` as `Content-Type`.
[[nodiscard]] std::string canonical_name(std::string_view name);

}  // namespace aggregator::plan
