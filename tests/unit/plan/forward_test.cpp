#include <doctest/doctest.h>

#include <ostream>

#include "calls.hpp"

namespace aggregator::plan::tests {

namespace {

const std::vector<http::Field> kBrowser = {
    {"Host", "shop.example"}, {"accept", "*/*"},           {"CONTENT-TYPE", "text/x"},
    {"Cookie", "a=1"},        {"X-Request-Id", "first"},   {"x-request-id", "second"},
    {"Authorization", "key"}, {"Accept-Language", "de,en"}};

}  // namespace

TEST_CASE("forward: the gateway's own headers go to every backend") {
    Call call;
    CHECK(call.lines() ==
          "Accept-Encoding: gzip\n"
          "X-Forwarded-For: 9.8.7.6\n"
          "X-Forwarded-Host: shop.example\n"
          "User-Agent: aggregator/1\n");
}

TEST_CASE("forward: without a list only Content-Type passes") {
    Call call;
    call.headers = kBrowser;
    CHECK(call.passed() == "CONTENT-TYPE: text/x\n");
}

TEST_CASE("forward: a list lets exactly its names through, without case, all values in order") {
    Call call;
    call.headers = kBrowser;
    call.endpoint.input_headers = {"X-REQUEST-ID", "accept-language", "X-Absent"};
    CHECK(call.passed() == "X-Request-Id: first\nx-request-id: second\nAccept-Language: de,en\n");
}

TEST_CASE("forward: an asterisk anywhere in the list lets everything through") {
    Call call;
    call.headers = kBrowser;
    call.endpoint.input_headers = {"X-Other", "*"};
    CHECK(call.passed() ==
          "accept: */*\nCONTENT-TYPE: text/x\nCookie: a=1\nX-Request-Id: first\n"
          "x-request-id: second\nAuthorization: key\nAccept-Language: de,en\n");
}

TEST_CASE("forward: a list of one empty text lets nothing through") {
    Call call;
    call.headers = kBrowser;
    call.endpoint.input_headers = {""};
    CHECK(call.passed().empty());
}

TEST_CASE("forward: headers of this hop, of framing and of proxies never pass") {
    Call call;
    call.headers = {{"Connection", "close"},      {"Keep-Alive", "timeout=5"},
                    {"Proxy-Connection", "x"},    {"te", "trailers"},
                    {"Trailer", "X-Sum"},         {"Transfer-Encoding", "chunked"},
                    {"Upgrade", "h2c"},           {"HTTP2-Settings", "x"},
                    {"Proxy-Authorization", "x"}, {"Proxy-Authenticate", "x"},
                    {"Host", "shop.example"},     {"Content-Length", "3"},
                    {"Expect", "100-continue"},   {"X-Kept", "1"}};
    call.endpoint.input_headers = {"*"};
    CHECK(call.passed() == "X-Kept: 1\n");
    call.endpoint.input_headers.clear();
    for (const http::Field& field : call.headers) {
        call.endpoint.input_headers.emplace_back(field.name);
    }
    CHECK(call.passed() == "X-Kept: 1\n");
}

TEST_CASE("forward: names that a CGI server takes for the gateway's do not pass unnamed") {
    Call call;
    call.headers = {{"X_Forwarded_For", "1"},
                    {"x_forwarded-host", "1"},
                    {"X.Forwarded.Via", "1"},
                    {"User_Agent", "1"},
                    {"Content_Length", "1"},
                    {"Transfer_Encoding", "1"},
                    {"Accept_Encoding", "1"},
                    {"Proxy", "1"},
                    {"PROXY", "1"},
                    {"Proxy_Connection", "1"},
                    {"HTTP2_Settings", "1"},
                    {"api_key", "1"},
                    {"X_Forwarded_Proto", "1"},
                    {"X-Proxy", "1"}};
    call.endpoint.input_headers = {"*"};
    CHECK(call.passed() == "api_key: 1\nX_Forwarded_Proto: 1\nX-Proxy: 1\n");
    call.endpoint.input_headers = {"X_Forwarded_For", "Proxy"};
    CHECK(call.passed() == "X_Forwarded_For: 1\nProxy: 1\nPROXY: 1\n");
}

TEST_CASE("forward: a trace goes on whatever the list says, and once") {
    Call call;
    call.headers = {{"Traceparent", "00-1-2-01"}, {"tracestate", "a=b"}, {"X-Other", "1"}};
    CHECK(call.passed() == "Traceparent: 00-1-2-01\ntracestate: a=b\n");
    call.endpoint.input_headers = {"*"};
    CHECK(call.passed() == "Traceparent: 00-1-2-01\ntracestate: a=b\nX-Other: 1\n");
    call.headers = {{"tracestate", "a=b"}};
    call.endpoint.input_headers = {};
    CHECK(call.passed().empty());
}

TEST_CASE("forward: what Connection names does not pass") {
    Call call;
    call.headers = {{"X-Hop", "1"},
                    {"Connection", "close, x-hop"},
                    {"X-Kept", "2"},
                    {"connection", " , X-Other ,"},
                    {"X-OTHER", "3"}};
    call.endpoint.input_headers = {"*"};
    CHECK(call.passed() == "X-Kept: 2\n");
    call.endpoint.input_headers = {"X-Hop", "X-Kept"};
    CHECK(call.passed() == "X-Kept: 2\n");
}

TEST_CASE("forward: a Connection field with more names than anybody needs stands for all names") {
    Call call;
    std::string many = "close";
    for (int i = 0; i < 31; ++i) {
        many += ",";
    }
    call.headers = {{"Connection", many}, {"X-Kept", "1"}};
    call.endpoint.input_headers = {"*"};
    CHECK(call.passed() == "X-Kept: 1\n");
    many += ",";
    call.headers[0].value = many;
    CHECK(call.passed().empty());
}

TEST_CASE("forward: naming a gateway's header in Connection does not take it away") {
    Call call;
    call.headers = {{"Connection", "X-Forwarded-For, X-Forwarded-Host, User-Agent"},
                    {"User-Agent", "curl"}};
    call.endpoint.input_headers = {"*"};
    CHECK(call.passed().empty());
}

TEST_CASE("forward: a client cannot set the gateway's headers") {
    Call call;
    call.headers = {{"x-forwarded-for", "1.1.1.1"},
                    {"X-Forwarded-Host", "evil"},
                    {"X-Forwarded-Via", "evil"},
                    {"X-Forwarded-Proto", "https"}};
    call.endpoint.input_headers = {"*"};
    CHECK(call.passed() == "X-Forwarded-Proto: https\n");
    call.endpoint.input_headers = {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Via"};
    CHECK(call.passed().empty());
}

TEST_CASE(
    "forward: a client's User-Agent passes where it is listed, and the gateway signs as Via") {
    Call call;
    call.headers = {{"user-agent", "curl"}};
    call.endpoint.input_headers = {"User-Agent"};
    CHECK(call.lines() ==
          "user-agent: curl\n"
          "Accept-Encoding: gzip\n"
          "X-Forwarded-For: 9.8.7.6\n"
          "X-Forwarded-Host: shop.example\n"
          "X-Forwarded-Via: aggregator/1\n");
    call.headers.clear();
    CHECK(call.passed().empty());
}

TEST_CASE("forward: a backend's list narrows what the endpoint lets through") {
    Call call;
    call.headers = kBrowser;
    call.endpoint.input_headers = {"Cookie", "Accept"};
    call.config.input_headers = {"ACCEPT", "Authorization", "X-Forwarded-For", "X-Forwarded-Host",
                                 "User-Agent"};
    CHECK(call.passed() == "accept: */*\n");
    call.endpoint.input_headers = {"*"};
    CHECK(call.passed() == "accept: */*\nAuthorization: key\n");
}

TEST_CASE(
    "forward: with a backend's list Content-Type and the gateway's headers need a line in it") {
    Call call;
    call.headers = kBrowser;
    call.backend.asks_gzip = false;
    call.config.input_headers = {"X-Forwarded-Host"};
    CHECK(call.lines() == "X-Forwarded-Host: shop.example\n");
    call.config.input_headers = {"content-type", "x-forwarded-for"};
    CHECK(call.lines() == "CONTENT-TYPE: text/x\nX-Forwarded-For: 9.8.7.6\n");
    call.config.input_headers = {"user-agent"};
    CHECK(call.lines() == "User-Agent: aggregator/1\n");
}

TEST_CASE("forward: at the backend an asterisk or an empty text drops every header") {
    Call call;
    call.headers = kBrowser;
    call.endpoint.input_headers = {"*"};
    call.backend.asks_gzip = false;
    call.config.input_headers = {"*"};
    CHECK(call.lines().empty());
    call.config.input_headers = {""};
    CHECK(call.lines().empty());
}

TEST_CASE("forward: a backend's list tells the client's User-Agent and Via apart") {
    Call call;
    call.headers = {{"User-Agent", "curl"}};
    call.backend.asks_gzip = false;
    call.endpoint.input_headers = {"User-Agent"};
    call.config.input_headers = {"X-Forwarded-Via"};
    CHECK(call.lines() == "X-Forwarded-Via: aggregator/1\n");
    call.config.input_headers = {"User-Agent"};
    CHECK(call.lines() == "User-Agent: curl\n");
    call.endpoint.input_headers = {"Accept"};
    CHECK(call.lines() == "User-Agent: aggregator/1\n");
}

TEST_CASE("forward: gzip is asked for unless the client asked for something itself") {
    Call call;
    call.headers = {{"Accept-Encoding", "br"}};
    CHECK(call.lines().starts_with("Accept-Encoding: gzip\n"));
    call.endpoint.input_headers = {"Accept-Encoding"};
    CHECK(call.lines().starts_with("Accept-Encoding: br\nX-Forwarded-For"));
    call.headers = {{"Range", "bytes=0-1"}};
    CHECK(call.lines().starts_with("Accept-Encoding: gzip\n"));
    call.endpoint.input_headers = {"*"};
    CHECK(call.lines().starts_with("Range: bytes=0-1\nX-Forwarded-For"));
    call.backend.asks_gzip = false;
    call.headers.clear();
    CHECK(call.passed().empty());
}

TEST_CASE("forward: method and target are the backend's, the body is the client's") {
    Call call;
    http::AccessRecord record;
    call.pattern = "/up";
    call.backend.method = "PUT";
    call.request.body = "payload";
    call.request.record = &record;
    call.send();
    CHECK(call.out.request.method == "PUT");
    CHECK(call.out.request.target == "/up");
    CHECK(call.out.request.body == "payload");
    CHECK(call.out.request.stream == nullptr);
    CHECK(call.out.request.client == "9.8.7.6");
    CHECK(call.out.request.record == &record);
    CHECK(call.out.request.host.empty());
}

TEST_CASE("forward: an object that is used again has nothing left over") {
    Call call;
    call.headers = kBrowser;
    call.endpoint.input_headers = {"*"};
    call.endpoint.input_query_strings = {"*"};
    call.pattern = "/a/long/path";
    call.query = "b=2&a=1";
    call.request.body = "x";
    CHECK(call.target() == "/a/long/path?a=1&b=2");
    call.headers.clear();
    call.query.clear();
    call.pattern = "/b";
    call.request.body = {};
    CHECK(call.target() == "/b");
    CHECK(call.passed().empty());
    CHECK(call.out.request.body.empty());
}

}  // namespace aggregator::plan::tests
