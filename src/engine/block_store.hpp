#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace aggregator::engine {

/// Memory for the bytes of one exchange, not initialized.
struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
};

/// The large blocks that one worker keeps, so that large answers need not be mapped anew, page by
/// page, for each request. Lives on the worker's thread; outlives the arenas that use it.
class BlockStore {
public:
    /// How much memory is kept, and the longest block that is: a longer one is worth its mapping.
    static constexpr std::size_t kKeptBytesMax = 2u << 20;
    static constexpr std::size_t kBlockBytesMax = 1u << 20;

    /// A block of `size` bytes or more: the smallest kept one that is long enough, or a new one.
    [[nodiscard]] Block take(std::size_t size);
    /// Keeps the block, or frees it if that would be too much.
    void give(Block block);

    [[nodiscard]] std::size_t kept_bytes() const { return kept_bytes_; }

private:
    std::vector<Block> kept_;  ///< the shortest first
    std::size_t kept_bytes_ = 0;
};

}  // namespace aggregator::engine
