#pragma once

#include <cstddef>

namespace aggregator::engine {

/// Empties what is used again and again, and frees what grew beyond the usual.
template <typename Container>
void empty(Container& container, std::size_t kept_max) {
    container.clear();
    if (container.capacity() > kept_max) {
        container.shrink_to_fit();
    }
}

}  // namespace aggregator::engine
