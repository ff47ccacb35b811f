#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/http/owned_response.hpp>

#include "support/fake_loop.hpp"
#include "support/fake_stream.hpp"

using namespace aggregator;

TEST_CASE("owned response: keeps all that the response viewed, and its stream") {
    testing::FakeLoop loop(1);
    std::size_t live = 0;
    std::string texts[] = {"the body", "X-A", "1", "b.test:80", "/t?q=1"};
    std::vector<http::Field> fields{{texts[1], texts[2]}};
    http::Response response;
    response.status = 503;
    response.headers = fields;
    response.body = texts[0];
    response.from = {.tls = true, .authority = texts[3], .target = texts[4]};
    response.cut = base::Error{base::Code::Closed, "cut"};
    response.dropped_bytes = 7;
    response.stream = std::make_unique<testing::FakeStream>(
        loop, testing::FakeStream::Plan{.pieces = {"more"}}, live);
    http::OwnedResponse owned(std::move(response));
    for (std::string& text : texts) {
        text.assign(text.size(), '#');
    }
    fields.assign(1, {"#", "#"});
    const http::Response taken = owned.take();
    CHECK(taken.status == 503);
    REQUIRE(taken.headers.size() == 1);
    CHECK(taken.headers[0].name == "X-A");
    CHECK(taken.headers[0].value == "1");
    CHECK(taken.body == "the body");
    CHECK(taken.from.tls);
    CHECK(taken.from.authority == "b.test:80");
    CHECK(taken.from.target == "/t?q=1");
    CHECK(taken.dropped_bytes == 7);
    REQUIRE(taken.cut);
    CHECK(taken.cut->detail == "cut");
    REQUIRE(taken.stream);
    CHECK(taken.stream->next()->bytes == "more");
    CHECK(live == 1);
}
