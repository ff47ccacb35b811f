#include <doctest/doctest.h>

#include <cstdint>
#include <initializer_list>
#include <limits>

#include "app/share.hpp"

using aggregator::app::share_of;

TEST_CASE("share: all shares together are the whole, and none is larger by more than one") {
    for (const std::uint64_t total : {0ull, 1ull, 7ull, 31ull, 32ull, 33ull, 1024ull, ~0ull}) {
        for (const unsigned workers : {1u, 2u, 3u, 32u}) {
            CAPTURE(total);
            CAPTURE(workers);
            std::uint64_t sum = 0;
            for (unsigned i = 0; i < workers; ++i) {
                const auto share = share_of(total, workers, i);
                CHECK(share - total / workers <= 1);
                sum += share;
            }
            CHECK(sum == total);
        }
    }
    CHECK(share_of(std::numeric_limits<std::uint32_t>::max(), 1, 0) == 4294967295u);
}

TEST_CASE("share: what is too little for all goes to the first") {
    CHECK(share_of(1u, 32, 0) == 1);
    CHECK(share_of(1u, 32, 1) == 0);
}
