#include <aggregator/cache/flights.hpp>

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace aggregator;
using namespace std::chrono_literals;
using cache::Entry;
using cache::EntryPtr;
using cache::Flight;
using cache::Flights;

namespace {

struct Patient final : cache::Waiter {
    void landed(const EntryPtr& entry) override { got.push_back(entry); }
    std::vector<EntryPtr> got;
};

EntryPtr entry() {
    return std::make_shared<const Entry>(
        Entry::Source{.key = "k", .body = std::make_shared<const std::string>("x")});
}

}  // namespace

TEST_CASE("flights: all who wait get the answer, once") {
    Flights flights;
    Flight flight(flights, "k");
    Patient one;
    Patient other;
    REQUIRE(flights.find("k") == &flight);
    flight.join(one);
    flight.join(other);
    const EntryPtr answer = entry();
    flight.land(answer);
    flight.land(nullptr);
    CHECK(one.got == std::vector<EntryPtr>{answer});
    CHECK(other.got == std::vector<EntryPtr>{answer});
    CHECK(flights.find("k") == nullptr);
}

TEST_CASE("flights: the end of a call without an answer frees those who wait") {
    Flights flights;
    Patient one;
    {
        Flight flight(flights, "k");
        flight.join(one);
    }
    CHECK(one.got == std::vector<EntryPtr>{nullptr});
    CHECK(flights.find("k") == nullptr);
}

TEST_CASE("flights: who has left gets nothing") {
    Flights flights;
    Flight flight(flights, "k");
    Patient stays;
    {
        Patient leaves;
        flight.join(leaves);
        flight.join(stays);
    }
    flight.land(entry());
    CHECK(stays.got.size() == 1);
}

TEST_CASE("flights: a later call for the same key is not ended by the end of an earlier one") {
    Flights flights;
    auto first = std::make_unique<Flight>(flights, "k");
    first->land(nullptr);
    Flight second(flights, "k");
    first.reset();
    CHECK(flights.find("k") == &second);
}

TEST_CASE("flights: a key whose answer could not be stored is not waited for during 10 seconds") {
    Flights flights;
    const base::Time now{1h};
    CHECK(flights.may_share("k", now));
    flights.note_unshared("k", now);
    CHECK_FALSE(flights.may_share("k", now + 9s));
    CHECK(flights.may_share("k", now + 10s));
    CHECK(flights.may_share("other", now));
}
