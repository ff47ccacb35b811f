#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "engine/arena.hpp"

namespace aggregator::engine {

/// A text of unknown length that is written into an arena. Borrows the arena, which others may use
/// meanwhile.
class ArenaWriter {
public:
    ArenaWriter(Arena& arena, std::size_t expected_bytes)
        : arena_(arena),
          begin_(arena.take(expected_bytes)),
          at_(begin_),
          end_(begin_ + expected_bytes) {}

    /// Room for the next `bytes` bytes, all of which are to be written.
    [[nodiscard]] char* take(std::size_t bytes) {
        if (static_cast<std::size_t>(end_ - at_) < bytes) {
            grow(bytes);
        }
        char* const room = at_;
        at_ += bytes;
        return room;
    }
    void put(char byte) { *take(1) = byte; }
    void put(std::string_view text) { std::memcpy(take(text.size()), text.data(), text.size()); }

    [[nodiscard]] std::string_view text() const {
        return {begin_, static_cast<std::size_t>(at_ - begin_)};
    }

private:
    void grow(std::size_t bytes) {
        const std::size_t written = text().size();
        const std::size_t size = std::max(written * 2, written + bytes);
        char* const begin = arena_.take(size);
        std::memcpy(begin, begin_, written);
        begin_ = begin;
        at_ = begin + written;
        end_ = begin + size;
    }

    Arena& arena_;
    char* begin_;
    char* at_;
    char* end_;
};

}  // namespace aggregator::engine
