#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace aggregator::engine {

/// Bytes that stay where they are until all are forgotten at once. One for each exchange in flight;
/// it goes back to the workspace with its first block, so that the next exchange allocates nothing.
class Arena {
public:
    /// Room for `size` bytes.
    [[nodiscard]] char* take(std::size_t size);
    /// Hands back what the newest take() did not need: the bytes from `end` on.
    void give_back(char* end) { next_ = end; }
    /// A copy of `text`.
    [[nodiscard]] std::string_view keep(std::string_view text);
    /// Forgets everything.
    void clear();

private:
    static constexpr std::size_t kBlockBytes = 4096;

    struct Block {
        std::unique_ptr<char[]> bytes;
        std::size_t size = 0;
    };

    void add_block(std::size_t size);

    std::vector<Block> blocks_;
    char* next_ = nullptr;
    char* end_ = nullptr;
};

}  // namespace aggregator::engine
