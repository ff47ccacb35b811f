#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <aggregator/net/discovery.hpp>
#include <aggregator/net/pools.hpp>

namespace aggregator::net {

/// One SRV record as it came (RFC 2782).
struct SrvRecord {
    std::string target;
    std::uint16_t port = 0;
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;
};

/// The records that count: those of the lowest priority number. Weights are divided by what they
/// have in common, and scaled down where a round would be longer than a hundred or the number of
/// targets; a target of weight 0 has no turn, unless all have that weight.
[[nodiscard]] Targets choose(std::vector<SrvRecord> records);

/// What the targets speak; the records do not say it.
enum class Scheme : std::uint8_t { Http, Https };

/// One round of all targets.
[[nodiscard]] std::vector<Origin> origins_of(const Targets& targets, Scheme scheme);

}  // namespace aggregator::net
