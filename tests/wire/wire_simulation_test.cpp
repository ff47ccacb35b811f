// Server and client together over wires that no system moves, on a fake clock: requests, answers,
// troubles and ends of each run come from its seed. AGGREGATOR_SEED=n runs one of them,
// AGGREGATOR_SEEDS=n that many.
#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include "wire/world.hpp"

using namespace aggregator;

namespace {

constexpr std::uint64_t kSeeds = 400;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void run(wire::Shared& shared, std::uint64_t seed) {
    CAPTURE(seed);
    wire::World world(shared, seed);
    world.play();
    for (const std::string& violation : world.judge()) {
        FAIL_CHECK(violation);
    }
}

}  // namespace

TEST_CASE("wire simulation: each request gets its own whole reply or a truthful end") {
    wire::Shared shared;
    const std::uint64_t only = from_environment("AGGREGATOR_SEED", 0);
    if (only != 0) {
        MESSAGE(wire::describe(wire::random_world(only)));
        return run(shared, only);
    }
    const std::uint64_t last = from_environment("AGGREGATOR_SEEDS", kSeeds);
    for (std::uint64_t seed = 1; seed <= last; ++seed) {
        run(shared, seed);
    }
}
