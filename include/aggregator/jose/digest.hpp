#pragma once

#include <string>
#include <string_view>

namespace aggregator::jose {

/// The bytes of a hash; empty if the library cannot make it, which does not happen.
[[nodiscard]] std::string sha1(std::string_view bytes);
[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace aggregator::jose
