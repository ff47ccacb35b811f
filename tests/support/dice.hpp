#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>

#include <aggregator/base/loop.hpp>

namespace aggregator::testing {

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

}  // namespace aggregator::testing
