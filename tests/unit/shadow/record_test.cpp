#include "shadow/record.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

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

TEST_CASE("record: times are milliseconds with three decimals") {
    const shadow::testing::World world({shadow::testing::shadow_backend("")});
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    {
        base::Log log({.descriptor = ends[1]});
        write(log, {.endpoint = world.plan->endpoints.front(),
                    .shadow = "s",
                    .status = 200,
                    .queued = std::chrono::microseconds(5),
                    .took = std::chrono::microseconds(12034)});
    }
    std::string text(4096, ' ');
    const ssize_t size = read(ends[0], text.data(), text.size());
    close(ends[0]);
    close(ends[1]);
    REQUIRE(size > 0);
    CHECK(text.find("queued_ms=0.005 ") != std::string::npos);
    CHECK(text.find("took_ms=12.034") != std::string::npos);
}
