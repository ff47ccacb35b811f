#include "app/standard_input.hpp"

#include <cstdio>

#include <aggregator/json/document.hpp>

namespace aggregator::app {

std::string read_standard_input() {
    constexpr std::size_t kChunk = 1u << 16;
    std::string text;
    std::size_t got = kChunk;
    while (got == kChunk && text.size() <= json::Document::kBytesMax) {
        const std::size_t size = text.size();
        text.resize(size + kChunk);
        got = std::fread(text.data() + size, 1, kChunk, stdin);
        text.resize(size + got);
    }
    return text;
}

}  // namespace aggregator::app
