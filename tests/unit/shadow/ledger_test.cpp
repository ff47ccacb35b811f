#include <doctest/doctest.h>

#include <chrono>
#include <set>

#include <aggregator/shadow/ledger.hpp>

using namespace aggregator;
using namespace aggregator::shadow;
using namespace std::chrono_literals;

TEST_CASE("ledger: every reason has a name of its own") {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kReasons; ++i) {
        names.insert(name_of(static_cast<Reason>(i)));
    }
    CHECK(names.size() == kReasons);
    CHECK_FALSE(names.contains(""));
    CHECK(name_of(Reason::BodyTooLarge) == "body_too_large");
    CHECK(name_of(Reason::Resolve) == "resolve");
    CHECK(name_of(Reason::Internal) == "internal");
}

TEST_CASE("ledger: of two workers all is added up") {
    Ledger one;
    one.eligible = 3;
    one.finished[1] = 2;
    one.dropped[0] = 1;
    one.duration.add(1ms);
    one.waited.add(1ms);
    one.in_flight = 4;
    one.bytes_held = 5;
    Ledger sum = one;
    sum.add(one);
    CHECK(sum.eligible == 6);
    CHECK(sum.finished_total() == 4);
    CHECK(sum.dropped_total() == 2);
    CHECK(sum.duration.count() == 2);
    CHECK(sum.waited.count() == 2);
    CHECK(sum.in_flight == 8);
    CHECK(sum.bytes_held == 10);
}
