#include "app/descriptors.hpp"

#include <doctest/doctest.h>

using namespace aggregator;
using app::connections_max;
using app::descriptor_reserve;

TEST_CASE("descriptors: an eighth is reserved, 32 at least, and never more than half") {
    CHECK(descriptor_reserve(8000) == 1000);
    CHECK(descriptor_reserve(256) == 32);
    CHECK(descriptor_reserve(255) == 32);
    CHECK(descriptor_reserve(40) == 20);
}

TEST_CASE("descriptors: what is not reserved is shared by the workers") {
    config::RouterConfig router;
    CHECK(connections_max(router, 8000, 1) == 7000);
    CHECK(connections_max(router, 8000, 2) == 3500);
    CHECK(connections_max(router, 40, 64) == 1);
    CHECK(connections_max(router, 1u << 30, 2) == 65536);
}

TEST_CASE("descriptors: a limit that is written is the one of each worker") {
    config::RouterConfig router;
    router.max_connections = 5;
    CHECK(connections_max(router, 8000, 2) == 5);
}
