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

/// `start0end,start1end` and so on.
inline std::string numbered(std::string_view start, std::string_view end, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) {
        out.append(i == 0 ? "" : ",").append(start).append(std::to_string(i)).append(end);
    }
    return out;
}

}  // namespace aggregator::testing
