#pragma once

#include <concepts>

namespace aggregator::app {

/// The part of `total` that the worker `number` of `workers` may use: all parts are `total`.
template <std::unsigned_integral T>
[[nodiscard]] constexpr T share_of(T total, unsigned workers, unsigned number) {
    return static_cast<T>(total / workers + (number < total % workers ? 1u : 0u));
}

}  // namespace aggregator::app
