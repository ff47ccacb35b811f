#include <doctest/doctest.h>

#include <aggregator/component/component.hpp>

#include "support/gateway.hpp"

using namespace aggregator;

TEST_CASE("shared book: a component that shares nothing at its place is passed over") {
    // The service's section has times for the endpoints that check tokens, and nothing to share.
    const auto plan = testing::plan_of(
        R"({"version":3,"extra_config":{"auth/validator":{"shared_cache_duration":60}}})");
    testing::FakeBackground background;
    const component::SharedBook book(*plan, background);
    base::Figures figures;
    book.show(figures);
    CHECK(figures.rows().empty());
    CHECK(book.purge("") == 0);
}
