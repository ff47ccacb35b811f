#include <doctest/doctest.h>

#include <ostream>

#include "calls.hpp"

namespace aggregator::plan::tests {

namespace {

std::string forwarded(const std::string& query, const Names& endpoint, const Names& backend = {}) {
    Call call;
    call.query = query;
    call.endpoint.input_query_strings = endpoint;
    call.config.input_query_strings = backend;
    return call.target();
}

}  // namespace

TEST_CASE("query: nothing is forwarded without a list") {
    CHECK(forwarded("a=1&b=2", {}) == "/");
    CHECK(forwarded("a=1&b=2", {}, {"a"}) == "/");
    CHECK(forwarded("a=1", {""}) == "/");
    CHECK(forwarded("", {"*"}) == "/");
}

TEST_CASE("query: all of it can be read, in its order, without what is malformed") {
    Outgoing out;
    read_query("b=2&a+x=%41&;=1&c=%zz&&d&b=", out);
    std::string seen;
    for (const Outgoing::Pair& pair : out.pairs) {
        seen.append(pair.key).append("=").append(pair.value).append("|");
    }
    CHECK(seen == "b=2|a x=A|d=|b=|");
    read_query("", out);
    CHECK(out.pairs.empty());
}

TEST_CASE("query: names are exact and keep their case") {
    CHECK(forwarded("a=1&A=2&ab=3", {"a"}) == "/?a=1");
    CHECK(forwarded("a[]=1&a[b]=2&a=3", {"a[]"}) == "/?a%5B%5D=1");
}

TEST_CASE("query: an asterisk anywhere in the list forwards all") {
    CHECK(forwarded("b=1&a=2", {"x", "*"}) == "/?a=2&b=1");
}

TEST_CASE("query: names are sorted, repeated ones keep the order of their values") {
    CHECK(forwarded("b=2&a=z&b=1&a=y&B=0", {"*"}) == "/?B=0&a=z&a=y&b=2&b=1");
}

TEST_CASE("query: an empty value is forwarded with its equals sign") {
    CHECK(forwarded("a&b=&c=1", {"*"}) == "/?a=&b=&c=1");
    CHECK(forwarded("&&a=1&", {"*"}) == "/?a=1");
}

TEST_CASE("query: pairs with a semicolon or a bad escape are dropped, the rest is kept") {
    CHECK(forwarded("a=1;b=2&c=3", {"*"}) == "/?c=3");
    CHECK(forwarded("a=%zz&b=%4&%x=1&c=%41", {"*"}) == "/?c=A");
    CHECK(forwarded("a=%3B", {"*"}) == "/?a=%3B");
}

TEST_CASE("query: names and values are decoded and form-encoded again") {
    CHECK(forwarded("q=1+2&r=1%202&s=%2b", {"*"}) == "/?q=1+2&r=1+2&s=%2B");
    CHECK(forwarded("%61=1&a=2", {"a"}) == "/?a=1&a=2");
    CHECK(forwarded("a=x=y", {"a"}) == "/?a=x%3Dy");
    CHECK(forwarded("a=%26%23%3f/\xc3\xa4~", {"a"}) == "/?a=%26%23%3F%2F%C3%A4~");
    CHECK(forwarded("a+b=1", {"a b"}) == "/?a+b=1");
}

TEST_CASE("query: a backend's list narrows, and an asterisk there drops all") {
    CHECK(forwarded("a=1&b=2", {"a", "b"}, {"b", "c"}) == "/?b=2");
    CHECK(forwarded("a=1&b=2", {"*"}, {"b"}) == "/?b=2");
    CHECK(forwarded("a=1&c=2", {"a"}, {"c"}) == "/");
    CHECK(forwarded("a=1", {"*"}, {"*"}) == "/");
    CHECK(forwarded("a=1", {"a"}, {"*"}) == "/");
    CHECK(forwarded("a=1", {"*"}, {""}) == "/");
}

TEST_CASE("query: the pattern's own query comes first, duplicates are both sent") {
    Call call;
    call.pattern = "/s?kind=a";
    call.query = "q=1+2&kind=b&z=9";
    call.endpoint.input_query_strings = {"q", "kind"};
    CHECK(call.target() == "/s?kind=a&kind=b&q=1+2");
    call.query.clear();
    CHECK(call.target() == "/s?kind=a");
}

TEST_CASE("query: a pattern that ends with its question mark takes the forwarded ones behind it") {
    Call call;
    call.pattern = "/s?";
    call.query = "b=2&a=1";
    call.endpoint.input_query_strings = {"*"};
    CHECK(call.target() == "/s?a=1&b=2");
    call.pattern = "/s?a=?";
    CHECK(call.target() == "/s?a=?&a=1&b=2");
    call.query.clear();
    call.pattern = "/s?";
    CHECK(call.target() == "/s?");
}

TEST_CASE("query: many pairs that all need decoding stay apart") {
    std::string query;
    std::string expected = "/?";
    for (int i = 1000; i < 3000; ++i) {
        query += (i == 1000 ? "%6B" : "&%6B") + std::to_string(i) + "=%76" + std::to_string(i);
        expected += (i == 1000 ? "k" : "&k") + std::to_string(i) + "=v" + std::to_string(i);
    }
    CHECK(forwarded(query, {"*"}) == expected);
}

}  // namespace aggregator::plan::tests
