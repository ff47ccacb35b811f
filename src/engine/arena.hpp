#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "engine/block_store.hpp"

namespace aggregator::engine {

/// Bytes that stay where they are until all are forgotten at once. One for each exchange in flight;
/// it goes back to the workspace with its first block, so that the next exchange allocates nothing.
/// Larger blocks come from the worker's store and go back to it.
class Arena {
public:
    /// Borrows the store; without one, larger blocks are freed.
    explicit Arena(BlockStore* store = nullptr) : store_(store) {}
    ~Arena() { clear(); }
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    /// Room for `size` bytes.
    [[nodiscard]] char* take(std::size_t size);
    /// Hands back what the newest take() did not need: the bytes from `end` on.
    void give_back(char* end) { next_ = end; }
    /// A copy of `text`.
    [[nodiscard]] std::string_view keep(std::string_view text);
    /// Forgets everything.
    void clear();
    /// The memory that is taken, whether it is used or not.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    static constexpr std::size_t kBlockBytes = 4096;

    void add_block(std::size_t size);

    BlockStore* store_;
    std::vector<Block> blocks_;
    std::size_t bytes_ = 0;  // of all blocks
    char* next_ = nullptr;
    char* end_ = nullptr;
};

}  // namespace aggregator::engine
