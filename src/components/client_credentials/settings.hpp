#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/plan/backend.hpp>
#include <aggregator/reading/component.hpp>
#include <aggregator/reading/secret.hpp>
#include <aggregator/reading/value.hpp>

namespace aggregator::components {

/// `auth/client-credentials` of one backend.
struct ClientCredentialsSettings final : reading::Settings {
    /// Where the client's id and secret stand in a request for a token (RFC 6749, section 2.3.1).
    enum class Style : std::uint8_t {
        Auto,   ///< in the header; in the body if that is refused
        Basic,  ///< in `Authorization`
        Form,   ///< in the body
    };
    using Params = std::vector<std::pair<std::string, std::string>>;

    std::string client_id;
    reading::Secret client_secret;
    std::string token_url;  ///< as it was written
    plan::Host host;        ///< of the URL
    std::string target;     ///< the URL's path and query
    std::string scopes;     ///< one space between two of them; may be empty
    Params endpoint_params;
    Style style = Style::Auto;
    std::chrono::nanoseconds timeout = std::chrono::seconds(5);  ///< of one request for a token

    /// Where tokens come from, for people: the URL without its query.
    [[nodiscard]] std::string source() const;
};

/// Null if it is disabled.
[[nodiscard]] std::shared_ptr<const reading::Settings> read_client_credentials(
    const reading::Value& value);

}  // namespace aggregator::components
