// Server and client together over wires that no system moves, on a fake clock: requests, answers,
// troubles and ends of each run come from its seed. AGGREGATOR_SEED=n runs one of them,
// AGGREGATOR_SEEDS=n that many.
#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include "wire/world.hpp"

using namespace aggregator;

namespace {

constexpr std::uint64_t kSeeds = 1000;
constexpr int kFailedMax = 10;  // is enough to look at

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Whether all was well.
bool run(wire::Shared& shared, std::uint64_t seed) {
    CAPTURE(seed);
    wire::World world(shared, seed);
    world.play();
    const auto violations = world.judge();
    for (const std::string& violation : violations) {
        FAIL_CHECK(violation);
    }
    return violations.empty();
}

}  // namespace

TEST_CASE("wire simulation: each request gets its own whole reply or a truthful end") {
    wire::Shared shared;
    const std::uint64_t only = from_environment("AGGREGATOR_SEED", 0);
    if (only != 0) {
        MESSAGE(wire::describe(wire::random_world(only)));
        (void)run(shared, only);
        return;
    }
    const std::uint64_t last = from_environment("AGGREGATOR_SEEDS", kSeeds);
    int failed = 0;
    for (std::uint64_t seed = 1; seed <= last && failed < kFailedMax; ++seed) {
        failed += run(shared, seed) ? 0 : 1;
    }
}
