#pragma once

#include <memory>
#include <string>

#include <aggregator/reading/component.hpp>
#include <aggregator/reading/value.hpp>

#include "components/basic_auth/htpasswd.hpp"

namespace aggregator::components {

/// `auth/basic` of the service, or of one endpoint, which has the service's users besides.
struct BasicAuthSettings final : reading::Settings {
    Users users;  ///< of the file and of `users`, which wins
};

[[nodiscard]] std::shared_ptr<const reading::Settings> read_basic_auth(const reading::Value& value);

}  // namespace aggregator::components
