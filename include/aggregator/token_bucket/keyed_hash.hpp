#pragma once

#include <cstdint>
#include <string_view>

namespace aggregator::token_bucket {

/// What nobody outside may know of a keyed hash.
struct HashKey {
    std::uint64_t first = 0;
    std::uint64_t second = 0;

    /// Random bits of the system's.
    [[nodiscard]] static HashKey random();
};

/// SipHash-2-4 (Aumasson and Bernstein, 2012): without the key nobody can find texts that hash
/// alike.
[[nodiscard]] std::uint64_t keyed_hash(std::string_view bytes, const HashKey& key);

}  // namespace aggregator::token_bucket
