#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulation/reference.hpp"
#include "support/dice.hpp"
#include "support/fake_service.hpp"

namespace aggregator::simulation {

using testing::Dice;

/// A shadow of a random endpoint.
struct ShadowSpec {
    base::Duration deadline{};
    bool waits = false;    ///< `wait`
    bool follows = false;  ///< takes a value out of an earlier answer of a sequential endpoint
    bool takes_body = true;
    int max_body = 1 << 20;
    int queue_bytes = 8 << 20;
    int concurrency = 64;
};

/// An endpoint of a random configuration.
struct EndpointSpec {
    bool no_op = false;
    bool sequential = false;
    std::size_t attempts = 1;  ///< `concurrent_calls`
    base::Duration timeout{};
    std::vector<ShapeSpec> backends;
    std::vector<ShadowSpec> shadows;

    /// Whether a reply may wait for a copy.
    [[nodiscard]] bool waits() const {
        return std::any_of(shadows.begin(), shadows.end(),
                           [](const ShadowSpec& shadow) { return shadow.waits; });
    }
};

/// One request and all that will happen to it.
struct Scenario {
    std::size_t endpoint = 0;
    std::string token;  ///< stands in every text that belongs to this request, and in no other
    base::Duration start{};
    std::optional<base::Duration> leaves;  ///< after the start
    bool lingers = false;  ///< the client keeps its call for a while after the reply
    std::string body;
    std::optional<testing::FakeStream::Plan> upload;
    std::vector<std::vector<testing::Script>> scripts;  ///< one for each attempt of each backend

    /// All that a backend may see of the body.
    [[nodiscard]] std::string whole_body() const;
};

/// What must become of a scenario.
struct Expected {
    base::Duration earliest{};      ///< when the reply ends, after the start; one that waits for
    base::Duration latest{};        ///< copies, between these
    bool answered = false;          ///< a merged reply, or one that passed through; else a failure
    base::Code failure{};           ///< of the reply
    Merged merged;                  ///< of a merged reply
    testing::Script passed;         ///< of one that passed through: what its backend did
    std::string stream;             ///< the same: what arrived, or more if it waited
    std::optional<base::Code> cut;  ///< why it ended early
};

[[nodiscard]] std::vector<EndpointSpec> random_endpoints(Dice& dice);
[[nodiscard]] std::string configuration_of(const std::vector<EndpointSpec>& endpoints);
[[nodiscard]] Scenario random_scenario(Dice& dice, const std::vector<EndpointSpec>& endpoints,
                                       std::size_t number);
/// expectation.cpp
[[nodiscard]] Expected expected_of(const Scenario& scenario, const EndpointSpec& endpoint);

}  // namespace aggregator::simulation
