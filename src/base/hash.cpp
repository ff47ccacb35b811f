#include <aggregator/base/hash.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace aggregator::base {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
    return XXH64(bytes.data(), bytes.size(), seed);
}

}  // namespace aggregator::base
