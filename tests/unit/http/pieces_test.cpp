#include <doctest/doctest.h>

#include <numeric>
#include <string>
#include <vector>

#include "messages.hpp"

using namespace messages;

TEST_CASE("pieces: each example is accepted or refused as it says") {
    const auto all = examples();
    CHECK(all.size() >= 60);
    for (const Example& example : all) {
        CAPTURE(example.name);
        const Outcome outcome = feed(example, {});
        CAPTURE(outcome.why);
        const bool as_expected = outcome.failure == example.refusal;
        CHECK(as_expected);
        CHECK(outcome.complete == !example.refusal.has_value());
    }
}

TEST_CASE("pieces: a message cut anywhere means what it means in one piece") {
    for (const Example& example : examples()) {
        CAPTURE(example.name);
        const Outcome whole = feed(example, {});
        for (std::size_t cut = 1; cut < example.bytes.size(); ++cut) {
            CAPTURE(cut);
            const bool same = feed(example, {cut}) == whole;
            CHECK(same);
        }
    }
}

TEST_CASE("pieces: a message in single bytes means what it means in one piece") {
    for (const Example& example : examples()) {
        CAPTURE(example.name);
        std::vector<std::size_t> cuts(example.bytes.size() - 1);
        std::iota(cuts.begin(), cuts.end(), std::size_t{1});
        const bool same = feed(example, cuts) == feed(example, {});
        CHECK(same);
    }
}
