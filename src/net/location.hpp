#pragma once

#include <string>
#include <string_view>

#include <aggregator/base/error.hpp>
#include <aggregator/net/pools.hpp>

namespace aggregator::net {

/// Where a redirect leads.
struct Location {
    Origin origin;
    std::string target;  ///< path and query, ready for a request line
};

/// Resolves the value of a Location field against the URL of the request that it answers (RFC 3986
/// 5.2). Its fragment and its user are dropped; bytes that cannot stand in a request line are
/// percent-encoded. Fails with BadRedirect, naming the text, unless it is an URL of http or https
/// of at most 8 KiB.
[[nodiscard]] base::Result<Location> resolve_location(std::string_view reference,
                                                      const Origin& base,
                                                      std::string_view base_target);

/// `scheme://authority/path?query`
[[nodiscard]] std::string url_of(const Origin& origin, std::string_view target);

/// What the Host header says for the origin's name and port.
[[nodiscard]] std::string authority_of(const Origin& origin);

/// Whether scheme, name and port are the same: where credentials are at home.
[[nodiscard]] bool is_same_origin(const Origin& one, const Origin& other);

}  // namespace aggregator::net
