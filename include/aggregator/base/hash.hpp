#pragma once

#include <cstdint>
#include <string_view>

namespace aggregator::base {

/// XXH64: fast, and the same on every machine and in every version. Not for secrets.
[[nodiscard]] std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace aggregator::base
