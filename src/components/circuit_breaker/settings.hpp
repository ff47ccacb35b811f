#pragma once

#include <memory>
#include <string>
#include <vector>

#include <aggregator/reading/component.hpp>
#include <aggregator/reading/value.hpp>

#include "components/circuit_breaker/breaker.hpp"

namespace aggregator::components {

/// `qos/circuit-breaker`, or `qos/circuit-breaker/http`, of one backend.
struct BreakerSettings final : reading::Settings {
    BreakerRules rules;
    std::string name;  ///< for the log
    bool logs_changes = false;
    bool counts_client_errors = false;  ///< every status from 400 on is a failure
    std::vector<int> valid_statuses;    ///< of `/http`: every other status is a failure
};

/// Reads the keys of either component.
[[nodiscard]] std::shared_ptr<const reading::Settings> read_breaker(const reading::Value& value);
[[nodiscard]] std::shared_ptr<const reading::Settings> read_http_breaker(
    const reading::Value& value);

}  // namespace aggregator::components
