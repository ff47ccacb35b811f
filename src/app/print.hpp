#pragma once

#include <cstdio>
#include <string>

namespace aggregator::app {

/// Results go to standard output, what is said about them to standard error.
inline void print(const std::string& text, std::FILE* out = stdout) {
    std::fwrite(text.data(), 1, text.size(), out);
}

}  // namespace aggregator::app
