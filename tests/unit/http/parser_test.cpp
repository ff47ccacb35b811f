#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <aggregator/http/body.hpp>
#include <aggregator/http/parser.hpp>

using namespace aggregator::http;

namespace {

/// What became of a text that was fed in pieces of `size` bytes.
struct Heard {
    std::optional<Code> failure;
    bool head = false;
    bool complete = false;
    std::string body;
    std::string rest;
};

Heard hear(Parser& parser, const std::string& text, std::size_t size) {
    Heard outcome;
    std::string pending;
    std::string store;
    for (std::size_t at = 0; at < text.size() && !parser.complete(); at += size) {
        pending += text.substr(at, size);
        for (bool moved = true; moved && !pending.empty() && !parser.complete();) {
            const auto step = parser.step(pending);
            if (!step) {
                outcome.failure = step.error().code;
                return outcome;
            }
            outcome.body += step->body;
            outcome.head = parser.head_done();
            moved = step->consumed > 0;
            pending.erase(0, step->consumed);
        }
        if (parser.complete() && at + size < text.size()) {
            pending += text.substr(at + size);
        }
    }
    outcome.complete = parser.complete();
    outcome.rest = pending;
    return outcome;
}

Heard request(const std::string& text, std::size_t size = 4096) {
    Parser parser(Parser::Role::Request, {});
    return hear(parser, text, size);
}

Heard response(const std::string& text, std::size_t size = 4096) {
    Parser parser(Parser::Role::Response, {});
    return hear(parser, text, size);
}

const std::string kHost = "Host: a\r\n";

}  // namespace

TEST_CASE("parser: a request's head is read as views in any fragmentation") {
    const std::string text =
        "GET /a?b=c HTTP/1.1\r\nHost: h:1\r\nX-Empty:\r\nX-Trim:  v w \t\r\n\r\n";
    Parser parser(Parser::Role::Request, {});
    for (std::size_t size = 1; size < text.size(); ++size) {
        const auto outcome = request(text, size);
        CHECK(outcome.complete);
        CHECK(!outcome.failure);
    }
    REQUIRE(parser.step(text));
    CHECK(parser.method() == "GET");
    CHECK(parser.target() == "/a?b=c");
    REQUIRE(parser.fields().size() == 3);
    CHECK(parser.fields()[0].value == "h:1");
    CHECK(parser.fields()[1].value.empty());
    CHECK(parser.fields()[2].value == "v w");
    CHECK(parser.keep_alive());
}

TEST_CASE("parser: empty lines in front of a request are skipped") {
    CHECK(request("\r\n\r\nGET / HTTP/1.1\r\n" + kHost + "\r\n").complete);
}

TEST_CASE("parser: what follows a request is left for the next") {
    const auto outcome = request("GET / HTTP/1.1\r\n" + kHost + "\r\nGET /2 HTTP/1.1\r\n", 7);
    CHECK(outcome.complete);
    CHECK(outcome.rest == "GET /2 HTTP/1.1\r\n");
}

TEST_CASE("parser: a body by length and a chunked body arrive whole in any fragmentation") {
    const std::string by_length =
        "POST / HTTP/1.1\r\n" + kHost + "Content-Length: 11\r\n\r\nhello world";
    const std::string chunked =
        "POST / HTTP/1.1\r\n" + kHost +
        "Transfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\nhello\r\n6\r\n world\r\n"
        "0\r\nTrailer: t\r\n\r\n";
    for (const auto& text : {by_length, chunked}) {
        for (std::size_t size = 1; size <= text.size(); ++size) {
            const auto outcome = request(text, size);
            CHECK(outcome.complete);
            CHECK(outcome.body == "hello world");
        }
    }
}

TEST_CASE("parser: ambiguous or malformed requests are refused") {
    const std::vector<std::pair<std::string, Code>> cases{
        {"Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", Code::BadRequest},
        {"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", Code::BadRequest},
        {"Content-Length: 1, 1\r\n\r\nx", Code::BadRequest},
        {"Content-Length: +1\r\n\r\nx", Code::BadRequest},
        {"Content-Length: 0x1\r\n\r\nx", Code::BadRequest},
        {"Content-Length:\r\n\r\n", Code::BadRequest},
        {"Content-Length: 99999999999999999999\r\n\r\n", Code::BadRequest},
        {"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Code::BadRequest},
        {"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", Code::BadRequest},
        {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         Code::BadRequest},
        {"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", Code::UnsupportedCoding},
        {"Transfer-Encoding: identity\r\n\r\n", Code::BadRequest},
        {"Transfer-Encoding: chunked, identity\r\n\r\n", Code::BadRequest},
        {"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", Code::BadRequest},
        {"X-Fold: a\r\n b\r\n\r\n", Code::BadRequest},
        {"X-Fold:\r\n b\r\n\r\n", Code::BadRequest},
        {"X-Bare: a\nX-Next: b\r\n\r\n", Code::BadRequest},
        {"X-Bare: a\rb\r\n\r\n", Code::BadRequest},
        {"X-Space : a\r\n\r\n", Code::BadRequest},
        {" X-Lead: a\r\n\r\n", Code::BadRequest},
        {": a\r\n\r\n", Code::BadRequest},
        {"no colon\r\n\r\n", Code::BadRequest},
        {"Host: b\r\n\r\n", Code::BadRequest},
    };
    for (const auto& [text, code] : cases) {
        const std::string& fields = text;
        CAPTURE(fields);
        for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
            const auto outcome = request("POST / HTTP/1.1\r\n" + kHost + fields, size);
            REQUIRE(outcome.failure);
            const bool as_expected = *outcome.failure == code;
            CHECK(as_expected);
        }
    }
}

TEST_CASE("parser: a NUL in a header's value is refused") {
    const std::string text = "GET / HTTP/1.1\r\n" + kHost + std::string("X: a\0b\r\n\r\n", 10);
    CHECK(request(text).failure == Code::BadRequest);
}

TEST_CASE("parser: bad request lines are refused") {
    const std::vector<std::pair<std::string, Code>> cases{
        {"GET  / HTTP/1.1\r\n", Code::BadRequest},
        {"GET /\r\n", Code::BadRequest},
        {"GET / HTTP/2.0\r\n", Code::UnsupportedVersion},
        {"GET / HTTP/1.1 \r\n", Code::BadRequest},
        {"GET / http/1.1\r\n", Code::BadRequest},
        {"G{T / HTTP/1.1\r\n", Code::BadRequest},
        {"GET /a b HTTP/1.1\r\n", Code::BadRequest},
        {"GET /\x01 HTTP/1.1\r\n", Code::BadRequest},
        {"\x16\x03\x01\r\n", Code::BadRequest},
    };
    for (const auto& [text, code] : cases) {
        const std::string& line = text;
        CAPTURE(line);
        const auto outcome = request(line + kHost + "\r\n");
        REQUIRE(outcome.failure);
        const bool as_expected = *outcome.failure == code;
        CHECK(as_expected);
    }
}

TEST_CASE("parser: a head or a chunk with bare line feeds is refused without waiting for more") {
    CHECK(request("GET / HTTP/1.1\nHost: a\n\n", 5).failure == Code::BadRequest);
    CHECK(
        request("POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n1\n").failure ==
        Code::BadBody);
}

TEST_CASE("parser: HTTP/1.1 wants a Host, HTTP/1.0 does not") {
    CHECK(request("GET / HTTP/1.1\r\n\r\n").failure == Code::BadRequest);
    CHECK(request("GET / HTTP/1.0\r\n\r\n").complete);
}

TEST_CASE("parser: HTTP/1.0 with a transfer coding is refused") {
    const auto outcome =
        request("POST / HTTP/1.0\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    CHECK(outcome.failure == Code::BadRequest);
}

TEST_CASE("parser: bad chunks are refused") {
    for (const std::string chunks :
         {"x\r\n", "-1\r\nx\r\n", "1\r\nxy\r\n0\r\n\r\n", "1\nx\n0\n\n", "fffffffffffffffff\r\n",
          "1 x\r\ny\r\n0\r\n\r\n", "\r\n\r\n"}) {
        CAPTURE(chunks);
        const auto outcome =
            request("POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n" + chunks);
        CHECK(outcome.failure == Code::BadBody);
    }
}

TEST_CASE("parser: limits of a head are kept") {
    Parser small(Parser::Role::Request, {.bytes_max = 64, .fields_max = 2});
    CHECK(hear(small, "GET / HTTP/1.1\r\n" + kHost + "X: " + std::string(100, 'x') + "\r\n\r\n", 8)
              .failure == Code::HeadTooLarge);
    Parser few(Parser::Role::Request, {.bytes_max = 4096, .fields_max = 2});
    CHECK(hear(few, "GET / HTTP/1.1\r\n" + kHost + "A: 1\r\nB: 2\r\n\r\n", 4096).failure ==
          Code::TooManyHeaders);
}

TEST_CASE("parser: one message after the other with one parser") {
    Parser parser(Parser::Role::Request, {});
    for (int i = 0; i < 3; ++i) {
        parser.reset();
        const auto outcome =
            hear(parser, "POST / HTTP/1.1\r\n" + kHost + "Content-Length: 2\r\n\r\nab", 5);
        CHECK(outcome.complete);
        CHECK(outcome.body == "ab");
    }
}

TEST_CASE("parser: a response until the connection's end is complete only then") {
    Parser parser(Parser::Role::Response, {});
    const auto outcome = hear(parser, "HTTP/1.1 200 OK\r\n\r\nabc", 4);
    CHECK(outcome.body == "abc");
    CHECK(!outcome.complete);
    CHECK(!parser.keep_alive());
    CHECK(parser.end_of_input());
    CHECK(parser.complete());
}

TEST_CASE("parser: a response cut short is an error") {
    for (const std::string text :
         {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
          "HTTP/1.1 200 OK\r\nContent-Le", ""}) {
        CAPTURE(text);
        Parser parser(Parser::Role::Response, {});
        hear(parser, text, 9);
        const auto ended = parser.end_of_input();
        REQUIRE(!ended);
        CHECK(ended.error().code == Code::Closed);
    }
}

TEST_CASE("parser: 204, 304 and answers to HEAD have no body") {
    CHECK(response("HTTP/1.1 204 No Content\r\n\r\n").complete);
    CHECK(response("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n").complete);
    Parser parser(Parser::Role::Response, {});
    parser.expect_no_body();
    CHECK(hear(parser, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 4096).complete);
}

TEST_CASE("parser: an answer to HEAD says nothing about the body of the next answer") {
    Parser parser(Parser::Role::Response, {});
    parser.expect_no_body();
    REQUIRE(hear(parser, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 4096).complete);
    parser.reset();
    CHECK(hear(parser, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde", 4096).body == "abcde");
}

TEST_CASE("parser: Connection means close wherever that stands in its list") {
    for (const std::string options :
         {"close", "close, x", "x, close", "keep-alive, close, x", "Close,\t,x",
          "close\r\nConnection: x", "x\r\nConnection: close"}) {
        CAPTURE(options);
        for (const std::string minor : {"0", "1"}) {
            Parser parser(Parser::Role::Request, {});
            const std::string head = "GET / HTTP/1." + minor + "\r\n" + kHost + "Connection: ";
            REQUIRE(hear(parser, head + options + "\r\n\r\n", 4096).complete);
            CHECK(!parser.keep_alive());
        }
    }
}

TEST_CASE("parser: a backend's garbage is BadResponse") {
    for (const std::string text :
         {"garbage\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"}) {
        CAPTURE(text);
        CHECK(response(text).failure == Code::BadResponse);
    }
}

TEST_CASE("body: pieces that do not lie side by side are joined") {
    Parser parser(Parser::Role::Response, {});
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    REQUIRE(parser.step(head));
    std::string store;
    const std::string chunks = "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\nrest";
    const auto batch = take_body(parser, chunks, store);
    REQUIRE(batch);
    CHECK(batch->bytes == "abcde");
    CHECK(chunks.substr(batch->consumed) == "rest");
    CHECK(parser.complete());
}
