#pragma once

#include <string>
#include <string_view>

#include <aggregator/http/local_reply.hpp>

namespace aggregator::engine {

/// `path` with its trailing slash taken off, or with one if it has none.
[[nodiscard]] std::string other_slash(std::string_view path);

/// What of an X-Forwarded-Prefix may stand in front of a Location: letters, digits, `-` and single
/// slashes, with one at the front and none at the end. Empty if nothing is left.
[[nodiscard]] std::string safe_prefix(std::string_view prefix);

/// Sends a client to another path: 301 with a page for GET, 307 otherwise.
struct Redirection {
    std::string_view method;
    std::string prefix;      ///< safe_prefix() of what the client sent, or empty
    std::string_view path;   ///< decoded
    std::string_view query;  ///< as on the wire
};
[[nodiscard]] http::LocalReply redirect_to(const Redirection& redirection);

}  // namespace aggregator::engine
