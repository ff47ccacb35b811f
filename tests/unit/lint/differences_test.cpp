#include <aggregator/lint/difference.hpp>

#include <string_view>

#include <doctest/doctest.h>

using namespace aggregator;

TEST_CASE("differences: each has its number, in order, and says what is where") {
    int last = 0;
    for (const lint::Difference& one : lint::differences()) {
        CAPTURE(one.row);
        CHECK(one.row > last);
        last = one.row;
        for (const std::string_view text : {one.there, one.here}) {
            CHECK(!text.empty());
            CHECK(text.back() != '.');
        }
        CHECK(lint::find_difference(one.row) == &one);
    }
    CHECK(lint::find_difference(0) == nullptr);
    CHECK(lint::find_difference(last + 1) == nullptr);
}

TEST_CASE("differences: what components name stands in the table, once for each of them") {
    for (const component::Component* const component : component::all()) {
        int last = 0;
        for (const component::Differing& one : component->differs) {
            CAPTURE(one.row);
            CHECK(lint::find_difference(one.row) != nullptr);
            CHECK((one.look != nullptr));
            CHECK(one.row > last);
            last = one.row;
        }
    }
}
