#include "engine/block_store.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace aggregator::engine {

Block BlockStore::take(std::size_t size) {
    const auto fits = std::ranges::lower_bound(kept_, size, {}, &Block::size);
    if (fits != kept_.end()) {
        Block block = std::move(*fits);
        kept_.erase(fits);
        kept_bytes_ -= block.size;
        return block;
    }
    // Few sizes, so that a block fits the next answer too.
    const std::size_t rounded = size > kBlockBytesMax ? size : std::bit_ceil(size);
    return {std::make_unique_for_overwrite<char[]>(rounded), rounded};
}

void BlockStore::give(Block block) {
    if (block.size > kBlockBytesMax || kept_bytes_ + block.size > kKeptBytesMax) {
        return;
    }
    kept_bytes_ += block.size;
    const auto place = std::ranges::lower_bound(kept_, block.size, {}, &Block::size);
    kept_.insert(place, std::move(block));
}

}  // namespace aggregator::engine
