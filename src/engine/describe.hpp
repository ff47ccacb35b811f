#pragma once

#include <string>
#include <string_view>

#include <aggregator/http/message.hpp>

#include "engine/secret_names.hpp"

namespace aggregator::engine {

/// What the echo endpoint says of a request, as JSON text on both sides of its body.
struct Echo {
    std::string before_body;
    std::string after_body;
};
/// `path` is the decoded one. Names of headers get the usual capitals, and lists have all values of
/// a name.
[[nodiscard]] Echo describe_echo(const http::Request& request, std::string_view path);

/// What the debug endpoint logs of a request besides its body; the values of secrets are masked.
struct Visit {
    std::string method;
    std::string url;
    std::string query;    ///< as JSON text
    std::string param;    ///< what stands behind the endpoint's own path
    std::string headers;  ///< as JSON text
};
[[nodiscard]] Visit describe_visit(const http::Request& request, std::string_view param,
                                   const SecretNames& secrets);

}  // namespace aggregator::engine
