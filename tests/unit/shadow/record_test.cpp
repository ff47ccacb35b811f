#include "shadow/record.hpp"

#include <doctest/doctest.h>

#include "unit/shadow/world.hpp"

using namespace aggregator;
using namespace aggregator::shadow;
using config::ShadowLog;

TEST_CASE("record: errors are losses and statuses from 500 on") {
    const shadow::testing::World world({shadow::testing::shadow_backend("")});
    const plan::Endpoint& endpoint = world.plan->endpoints.front();
    const auto is_asked = [&endpoint](ShadowLog wanted, int status) {
        return is_asked_for(wanted, {.endpoint = endpoint, .shadow = "s", .status = status});
    };
    CHECK_FALSE(is_asked(ShadowLog::Errors, 499));
    CHECK(is_asked(ShadowLog::Errors, 500));
    CHECK(is_asked(ShadowLog::All, 200));
    CHECK_FALSE(is_asked(ShadowLog::Off, 500));
    const Record lost{.endpoint = endpoint, .shadow = "s", .reason = Reason::Reset};
    CHECK(is_asked_for(ShadowLog::Errors, lost));
    CHECK_FALSE(is_asked_for(ShadowLog::Off, lost));
}
