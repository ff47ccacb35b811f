#pragma once

#include <optional>
#include <string>

#include <aggregator/base/error.hpp>
#include <aggregator/http/message.hpp>

namespace aggregator::components {

/// What a client says about itself (RFC 7617).
struct Credentials {
    std::string name;
    std::string password;
};

/// Out of the request's Authorization; nothing if it has none of this scheme. Fails if it cannot be
/// read, or stands there twice.
[[nodiscard]] base::Result<std::optional<Credentials>> read_credentials(http::Fields headers);

}  // namespace aggregator::components
