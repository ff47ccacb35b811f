#include "app/memory.hpp"

#include <malloc.h>

namespace aggregator::app {

namespace {

// For each thread, at the end of its heap.
constexpr int kFreeBytesKeptMax = 4 << 20;
// What is longer has a mapping of its own, which goes when it is freed.
constexpr int kMappedBytesMin = 1 << 20;

}  // namespace

void keep_freed_memory() {
    ::mallopt(M_TRIM_THRESHOLD, kFreeBytesKeptMax);
    ::mallopt(M_MMAP_THRESHOLD, kMappedBytesMin);
}

}  // namespace aggregator::app
