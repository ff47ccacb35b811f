#include <aggregator/http/service.hpp>

#include <memory>
#include <optional>

#include <doctest/doctest.h>

#include "support/fake_loop.hpp"

using namespace aggregator;

TEST_CASE("fail later: the failure comes in a later turn, and not once the call is destroyed") {
    testing::FakeLoop loop;
    std::optional<base::Code> seen;
    const auto fail = [&] {
        return http::fail_later(loop, {base::Code::NoHosts, "none"},
                                [&seen](const auto& result) { seen = result.error().code; });
    };
    auto call = fail();
    CHECK_FALSE(seen);
    loop.settle();
    CHECK(seen == base::Code::NoHosts);
    seen.reset();
    call = fail();
    call.reset();
    loop.settle();
    CHECK_FALSE(seen);
}
