#pragma once

#include <string>

namespace aggregator::components {

/// Longer ones are never right: hashing them would take a client's say of how long that lasts.
inline constexpr std::size_t kPasswordBytesMax = 256;

/// Whether the hash is one of that password. Takes milliseconds to seconds: for threads that may
/// block. How long it takes does not depend on where they differ.
[[nodiscard]] bool is_password(const std::string& password, const std::string& hash);

}  // namespace aggregator::components
