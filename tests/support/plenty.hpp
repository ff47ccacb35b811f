#pragma once

#include <cstdint>
#include <limits>

#include "engine/work.hpp"

namespace aggregator::testing {

/// What work on answers needs, without a limit in practice.
struct Plenty {
    engine::Arena arena;
    engine::WorkBudget work{std::numeric_limits<std::uint64_t>::max()};
    engine::Resources resources{arena, work};
};

}  // namespace aggregator::testing
