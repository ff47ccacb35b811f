#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "simulation/reference.hpp"
#include "support/fake_service.hpp"

namespace aggregator::simulation {

/// Where all choices of a run come from.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}
    /// From `low` to `high`, both included.
    [[nodiscard]] int between(int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(engine_);
    }
    [[nodiscard]] bool percent(int chance) { return between(1, 100) <= chance; }
    /// A time that hardly ever coincides with another one.
    [[nodiscard]] base::Duration time(int microseconds_max) {
        return base::Duration(between(0, microseconds_max * 1000));
    }
    template <typename List>
    [[nodiscard]] const auto& of(const List& list) {
        return list[static_cast<std::size_t>(between(0, static_cast<int>(std::size(list)) - 1))];
    }

private:
    std::mt19937_64 engine_;
};

/// An endpoint of a random configuration.
struct EndpointSpec {
    bool no_op = false;
    bool sequential = false;
    base::Duration timeout{};
    std::vector<ShapeSpec> backends;
    std::vector<base::Duration> shadows;  ///< the deadline of each
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
    std::vector<testing::Script> scripts;  ///< one a backend
};

/// What must become of a scenario.
struct Expected {
    bool cancelled = false;
    bool answered = false;          ///< a merged reply, or one that passed through; else a failure
    base::Code failure{};           ///< of the reply
    Merged merged;                  ///< of a merged reply
    std::string stream;             ///< of one that passed through: what arrived
    std::optional<base::Code> cut;  ///< why it ended early
};

[[nodiscard]] std::vector<EndpointSpec> random_endpoints(Dice& dice);
[[nodiscard]] std::string configuration_of(const std::vector<EndpointSpec>& endpoints);
[[nodiscard]] Scenario random_scenario(Dice& dice, const std::vector<EndpointSpec>& endpoints,
                                       std::size_t number);
[[nodiscard]] Expected expected_of(const Scenario& scenario, const EndpointSpec& endpoint);

}  // namespace aggregator::simulation
