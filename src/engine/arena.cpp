#include "engine/arena.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

namespace aggregator::engine {

char* Arena::take(std::size_t size) {
    if (size > static_cast<std::size_t>(end_ - next_)) {
        add_block(std::max(size, kBlockBytes));
    }
    char* const taken = next_;
    next_ += size;
    return taken;
}

std::string_view Arena::keep(std::string_view text) {
    if (text.empty()) {
        return "";
    }
    char* const copy = take(text.size());
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
}

void Arena::clear() {
    while (!blocks_.empty() && (blocks_.size() > 1 || blocks_.front().size > kBlockBytes)) {
        bytes_ -= blocks_.back().size;
        if (store_ != nullptr && blocks_.back().size > kBlockBytes) {
            store_->give(std::move(blocks_.back()));
        }
        blocks_.pop_back();
    }
    next_ = blocks_.empty() ? nullptr : blocks_.front().bytes.get();
    end_ = blocks_.empty() ? nullptr : next_ + blocks_.front().size;
}

void Arena::add_block(std::size_t size) {
    if (store_ != nullptr && size > kBlockBytes) {
        blocks_.push_back(store_->take(size));
    } else {
        blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    }
    bytes_ += blocks_.back().size;
    next_ = blocks_.back().bytes.get();
    end_ = next_ + blocks_.back().size;
}

}  // namespace aggregator::engine
