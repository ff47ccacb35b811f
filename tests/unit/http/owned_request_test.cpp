#include <aggregator/http/owned_request.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace aggregator::http;

TEST_CASE("owned request: keeps all that the request viewed, and nothing of what it borrowed") {
    std::vector<std::string> texts{"PUT", "/t?q=1", "h:1", "192.0.2.7", "the body", "X-A", "1"};
    std::vector<Field> fields{{texts[5], texts[6]}};
    std::vector<std::string_view> params{texts[0]};
    Request request;
    request.method = texts[0];
    request.target = texts[1];
    request.host = texts[2];
    request.client = texts[3];
    request.body = texts[4];
    request.headers = fields;
    request.params = params;
    const OwnedRequest owned(request);
    for (std::string& text : texts) {
        text.assign(text.size(), '#');
    }
    fields.assign(1, {"#", "#"});
    CHECK(owned.request().method == "PUT");
    CHECK(owned.request().target == "/t?q=1");
    CHECK(owned.request().host == "h:1");
    CHECK(owned.request().client == "192.0.2.7");
    CHECK(owned.request().body == "the body");
    REQUIRE(owned.request().headers.size() == 1);
    CHECK(owned.request().headers[0].name == "X-A");
    CHECK(owned.request().headers[0].value == "1");
    REQUIRE(owned.request().params.size() == params.size());
    CHECK(owned.request().params[0] == "PUT");
    CHECK(owned.bytes() == 3 + 6 + 3 + 9 + 8 + 3 + 1 + 3);
}

TEST_CASE("owned request: values found later stand behind the captured ones, each time anew") {
    const std::vector<std::string_view> captured{"a"};
    Request request;
    request.params = captured;
    OwnedRequest owned(request);
    const std::vector<std::string_view> two{"b", "c"};
    const std::vector<std::string_view> one{"d"};
    CHECK(owned.with(two).params.size() == 3);
    CHECK(owned.with(one).params.size() == 2);
    CHECK(owned.with(one).params[0] == "a");
    CHECK(owned.with(one).params[1] == "d");
}

TEST_CASE("owned request: another request takes the place of the first") {
    Request request;
    request.method = "PUT";
    request.body = "long enough to need memory of its own";
    OwnedRequest owned(request);
    request.method = "GET";
    request.body = "b";
    owned.keep(request);
    CHECK(owned.request().method == "GET");
    CHECK(owned.request().body == "b");
    CHECK(owned.bytes() == 4);
    owned.clear();
    CHECK(owned.request().body.empty());
    CHECK(owned.bytes() == 0);
}
