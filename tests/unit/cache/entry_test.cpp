#include <aggregator/cache/entry.hpp>

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace aggregator;
using namespace std::chrono_literals;
using cache::Entry;
using Fields = std::vector<http::Field>;

namespace {

constexpr base::Time kNow{1h};

std::string value(std::string_view name, const Fields& request) {
    return cache::selecting_value(name, request).value_or("none");
}

cache::Terms terms(const std::string& control, const cache::StaleDefaults& defaults = {}) {
    const Fields fields{{"Cache-Control", control}};
    const cache::Moment moment{.asked = kNow, .came = kNow, .calendar = 0};
    return cache::terms_of(cache::freshness_of(fields, moment), kNow, defaults);
}

std::string text_of(http::Fields fields) {
    std::string text;
    for (const http::Field& field : fields) {
        text.append(field.name).append("=").append(field.value).append(" ");
    }
    return text;
}

Entry entry(const Fields& headers) {
    return Entry(
        {.key = "k", .headers = headers, .body = std::make_shared<const std::string>("x")});
}

}  // namespace

TEST_CASE("entry: values that choose an answer are one list without the spaces around commas") {
    CHECK(value("foo", {{"Foo", "1, 2"}}) == "1,2");
    CHECK(value("foo", {{"FOO", " 1"}, {"a", "b"}, {"foo", "2 "}}) == "1,2");
    CHECK(value("foo", {{"Foo", "\"a, b\" ,c"}}) == "\"a, b\",c");
    CHECK(value("foo", {{"Foo", ""}}).empty());
    CHECK(value("foo", {}) == "none");
    CHECK(value("foo", {{"Foo", "A"}}) == "A");
}

TEST_CASE("entry: languages are compared without case and without their order") {
    CHECK(value("accept-language", {{"Accept-Language", "eN,  De"}}) == "de,en");
    CHECK(value("accept-language", {{"Accept-Language", "de, en"}}) == "de,en");
}

TEST_CASE("entry: selectors are what Vary names, and the packing of a packed answer") {
    const auto selectors =
        cache::selectors_of(Fields{{"Vary", "A, b"}, {"vary", "a"}}, Fields{{"a", "1"}});
    REQUIRE(selectors.size() == 2);
    CHECK(selectors[0] == cache::Selector{"a", "1"});
    CHECK(selectors[1] == cache::Selector{"b", std::nullopt});
    const auto packed = cache::selectors_of(Fields{{"Content-Encoding", "gzip"}},
                                            Fields{{"Accept-Encoding", "gzip"}});
    REQUIRE(packed.size() == 1);
    CHECK(packed[0] == cache::Selector{"accept-encoding", "gzip"});
}

TEST_CASE("entry: how long it is fresh, and how long after that it may be given") {
    const cache::Terms said = terms("max-age=5, stale-if-error=7, stale-while-revalidate=9");
    CHECK(said.fresh_until == kNow + 5s);
    CHECK(said.stale_if_error_until == kNow + 12s);
    CHECK(said.stale_while_revalidate_until == kNow + 14s);
    const cache::Terms unsaid = terms("max-age=5", {.while_revalidate = 2s, .if_error = 3s});
    CHECK(unsaid.stale_if_error_until == kNow + 8s);
    CHECK(unsaid.stale_while_revalidate_until == kNow + 7s);
    CHECK(terms("max-age=5, stale-if-error=0", {.if_error = 3s}).stale_if_error_until == kNow + 5s);
}

TEST_CASE("entry: what forbids stale answers is stronger than what allows them") {
    const cache::Terms strict =
        terms("max-age=5, must-revalidate, stale-if-error=7", {.if_error = 3s});
    CHECK(strict.stale_if_error_until == kNow + 5s);
    CHECK(strict.forbids_stale);
    CHECK(terms("s-maxage=5", {.if_error = 3s}).stale_if_error_until == kNow + 5s);
    CHECK(terms("s-maxage=5, stale-if-error=7").stale_if_error_until == kNow + 12s);
    CHECK(terms("no-cache, max-age=5").must_validate);
}

TEST_CASE("entry: fields that end at this hop are not stored") {
    const Entry stored = entry({{"Connection", "A, b"},
                                {"a", "1"},
                                {"B", "2"},
                                {"C", "3"},
                                {"Age", "9"},
                                {"Transfer-Encoding", "chunked"},
                                {"Proxy-Authenticate", "x"},
                                {"ETag", "\"t\""}});
    CHECK(text_of(stored.headers()) == "C=3 ETag=\"t\" ");
    CHECK(stored.etag() == "\"t\"");
}

TEST_CASE("entry: an account has what is live") {
    const auto account = std::make_shared<cache::Account>();
    {
        Entry stored = entry({});
        stored.count_in(account);
        CHECK(account->entries == 1);
        CHECK(account->bytes == stored.bytes());
        stored.retire();
        stored.retire();
        CHECK(account->entries == 0);
        CHECK_FALSE(stored.is_live());
    }
    {
        Entry stored = entry({});
        stored.count_in(account);
    }
    CHECK(account->entries == 0);
    CHECK(account->bytes == 0);
}

TEST_CASE("entry: a validation renews all fields but those of the body") {
    const Fields stored{
        {"A", "1"}, {"A", "2"}, {"B", "3"}, {"ETag", "\"x\""}, {"Content-Encoding", "gzip"}};
    const Fields answer{{"a", "4"},          {"C", "5"},
                        {"ETag", "\"y\""},   {"Content-Encoding", "br"},
                        {"Connection", "D"}, {"D", "6"}};
    CHECK(text_of(cache::updated_fields(stored, answer)) ==
          "B=3 ETag=\"x\" Content-Encoding=gzip a=4 C=5 ");
}
