#include "admin/failed_tokens.hpp"

#include <chrono>
#include <string>

#include <doctest/doctest.h>

using namespace aggregator;
using namespace std::chrono_literals;
using admin::FailedTokens;

namespace {

constexpr base::Time kStart{1h};

}  // namespace

TEST_CASE("failed tokens: ten a minute are let through, and the eleventh has to wait") {
    FailedTokens failed;
    for (int i = 0; i < 10; ++i) {
        CHECK(!failed.record("10.0.0.1", kStart));
    }
    CHECK(failed.record("10.0.0.1", kStart + 15500ms) == 45s);
    CHECK(!failed.record("10.0.0.2", kStart + 15500ms));
    CHECK(failed.record("10.0.0.1", kStart + 59s) == 1s);
    CHECK(!failed.record("10.0.0.1", kStart + 60s));
}

TEST_CASE("failed tokens: only so many addresses are remembered, the latest of them") {
    FailedTokens failed;
    for (int i = 0; i < 10; ++i) {
        (void)failed.record("first", kStart + 1s);
    }
    for (std::size_t i = 0; i < 2 * FailedTokens::kAddressesMax; ++i) {
        (void)failed.record(std::to_string(i),
                            kStart + (i < FailedTokens::kAddressesMax ? 0s : 2s));
    }
    CHECK(failed.size() == FailedTokens::kAddressesMax);
    CHECK(!failed.record("first", kStart + 3s));
}
