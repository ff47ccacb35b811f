#include "engine/block_store.hpp"

#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "engine/arena.hpp"

using namespace aggregator;
using engine::Arena;
using engine::Block;
using engine::BlockStore;

TEST_CASE("block store: a block that was given is taken again, the smallest that is long enough") {
    BlockStore store;
    Block small = store.take(10'000);
    Block large = store.take(100'000);
    CHECK(small.size >= 10'000);
    CHECK(large.size >= 100'000);
    const char* const small_bytes = small.bytes.get();
    const char* const large_bytes = large.bytes.get();
    store.give(std::move(large));
    store.give(std::move(small));
    const Block first = store.take(9'000);
    const Block second = store.take(9'000);
    CHECK(first.bytes.get() == small_bytes);
    CHECK(second.bytes.get() == large_bytes);
    CHECK(store.kept_bytes() == 0);
}

TEST_CASE("block store: what is kept has a limit, and so has each block") {
    BlockStore store;
    std::vector<Block> blocks;
    for (int i = 0; i < 10; ++i) {
        blocks.push_back(store.take(BlockStore::kBlockBytesMax));
    }
    for (Block& block : blocks) {
        store.give(std::move(block));
    }
    CHECK(store.kept_bytes() == BlockStore::kKeptBytesMax);

    BlockStore other;
    other.give(other.take(BlockStore::kBlockBytesMax + 1));
    CHECK(other.kept_bytes() == 0);
}

TEST_CASE("block store: an arena's large blocks come from it and go back, its first one stays") {
    BlockStore store;
    Arena arena(&store);
    char* const first = arena.take(100);
    char* const large = arena.take(200'000);
    CHECK(store.kept_bytes() == 0);
    arena.clear();
    CHECK(store.kept_bytes() >= 200'000);
    CHECK(arena.take(100) == first);
    CHECK(arena.take(200'000) == large);
    CHECK(store.kept_bytes() == 0);
}

TEST_CASE("block store: an arena that ends gives its large blocks back") {
    BlockStore store;
    {
        Arena arena(&store);
        (void)arena.take(50'000);
    }
    CHECK(store.kept_bytes() >= 50'000);
}
