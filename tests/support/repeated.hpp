#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aggregator::testing {

/// A text, so many times one behind the other.
inline std::string repeated(std::string_view piece, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) {
        out += piece;
    }
    return out;
}

}  // namespace aggregator::testing
