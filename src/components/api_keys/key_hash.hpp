#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace aggregator::components {

/// How keys are stored.
enum class KeyHash : std::uint8_t {
    Plain,   ///< as they are
    Sha256,  ///< and what follows: in hexadecimal digits, of the salt and the key behind it
    Sha1,
    Fnv128,  ///< FNV-1 of 128 bits
};

/// What is stored of a key.
[[nodiscard]] std::string stored_key(KeyHash hash, std::string_view salt, std::string_view key);

/// How many digits a stored key has; 0: any number.
[[nodiscard]] std::size_t stored_length(KeyHash hash);

}  // namespace aggregator::components
