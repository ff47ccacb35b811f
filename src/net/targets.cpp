#include "net/targets.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "net/location.hpp"

namespace aggregator::net {
namespace {

constexpr std::uint64_t kRoundMax = 100;

void divide(Targets& targets) {
    std::uint32_t common = 0;
    for (const Target& target : targets) {
        common = std::gcd(common, target.weight);
    }
    for (Target& target : targets) {
        target.weight /= std::max(common, 1u);
    }
}

std::uint64_t round_of(const Targets& targets) {
    return std::accumulate(
        targets.begin(), targets.end(), std::uint64_t{0},
        [](std::uint64_t sum, const Target& target) { return sum + target.weight; });
}

/// So that a round is short; a small weight stays a turn.
void scale(Targets& targets) {
    const std::uint64_t round = round_of(targets);
    const std::uint64_t wanted = std::max<std::uint64_t>(kRoundMax, targets.size());
    if (round <= wanted) {
        return;
    }
    for (Target& target : targets) {
        const std::uint64_t scaled = std::max<std::uint64_t>(target.weight * wanted / round, 1);
        target.weight = static_cast<std::uint32_t>(scaled);
    }
}

}  // namespace

Targets choose(std::vector<SrvRecord> records) {
    // A lone dot says that there is no such service.
    std::erase_if(records, [](const SrvRecord& record) {
        return record.target.empty() || record.target == "." || record.port == 0;
    });
    const auto first = std::min_element(
        records.begin(), records.end(),
        [](const SrvRecord& a, const SrvRecord& b) { return a.priority < b.priority; });
    Targets targets;
    for (const SrvRecord& record : records) {
        if (record.priority == first->priority) {
            targets.push_back(
                {.name = record.target, .port = record.port, .weight = record.weight});
        }
    }
    if (round_of(targets) == 0) {
        for (Target& target : targets) {
            target.weight = 1;
        }
    }
    std::erase_if(targets, [](const Target& target) { return target.weight == 0; });
    std::sort(targets.begin(), targets.end(), [](const Target& a, const Target& b) {
        return std::tie(a.name, a.port, a.weight) < std::tie(b.name, b.port, b.weight);
    });
    divide(targets);
    scale(targets);
    divide(targets);
    return targets;
}

std::vector<Origin> origins_of(const Targets& targets, Scheme scheme) {
    std::vector<Origin> origins;
    for (const Target& target : targets) {
        Origin origin{.tls = scheme == Scheme::Https,
                      .name = target.name,
                      .port = target.port,
                      .authority = {},
                      .prefix = {},
                      .addresses = target.addresses};
        origin.authority = authority_of(origin);
        origins.insert(origins.end(), target.weight, origin);
    }
    return origins;
}

}  // namespace aggregator::net
