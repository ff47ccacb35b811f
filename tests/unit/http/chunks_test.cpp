#include <doctest/doctest.h>

#include <string>

#include <aggregator/http/parser.hpp>
#include "http/chunks.hpp"

using namespace aggregator::http;

namespace {

constexpr std::uint32_t kFieldsMax = 3;

/// Why the body is refused when it comes in pieces of `size` bytes; nothing if it is whole.
std::optional<Code> refusal_of(const std::string& body, Chunks::Manner manner, std::size_t size) {
    Chunks chunks;
    chunks.begin(manner, kFieldsMax);
    for (std::size_t at = 0; at < body.size() && !chunks.done();) {
        const auto taken = chunks.take(std::string_view(body).substr(at, size));
        if (!taken) {
            return taken.error().code;
        }
        if (taken->consumed == 0) {
            FAIL("nothing was taken");
        }
        at += taken->consumed;
    }
    CHECK(chunks.done());
    return std::nullopt;
}

/// The same for both manners, in one piece and in single bytes.
void check(const std::string& body, std::optional<Code> wanted) {
    for (const auto manner : {Chunks::Manner::Strict, Chunks::Manner::Lenient}) {
        for (const std::size_t size : {body.size(), std::size_t{1}}) {
            const bool as_wanted = refusal_of(body, manner, size) == wanted;
            CHECK(as_wanted);
        }
    }
}

std::string line_of(std::size_t bytes) { return "1;" + std::string(bytes - 4, 'x') + "\r\n"; }

}  // namespace

TEST_CASE("chunks: a line has 4096 bytes and no more") {
    check(line_of(kChunkLineBytesMax) + "a\r\n0\r\n\r\n", std::nullopt);
    check(line_of(kChunkLineBytesMax + 1) + "a\r\n0\r\n\r\n", Code::BadBody);
    check(std::string(kChunkLineBytesMax - 2, '0') + "\r\n\r\n", std::nullopt);
    check(std::string(kChunkLineBytesMax - 1, '0') + "\r\n\r\n", Code::BadBody);
}

TEST_CASE("chunks: trailers have 16384 bytes and no more") {
    const auto trailers = [](std::size_t bytes) {
        return "0\r\nX:" + std::string(bytes - 6, 'x') + "\r\n\r\n";
    };
    check(trailers(kTrailerBytesMax), std::nullopt);
    check(trailers(kTrailerBytesMax + 1), Code::HeadTooLarge);
}

TEST_CASE("chunks: as many trailers as a head may have fields, and no more") {
    check("0\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n", std::nullopt);
    check("0\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n", Code::TooManyHeaders);
}

TEST_CASE("chunks: lines may outweigh what they carry by 16384 bytes and no more") {
    // Each of these lines counts 4000 bytes, less what one byte of data accounts for.
    constexpr std::size_t kCounted = 4000;
    constexpr std::size_t kDue = 18;
    std::string body;
    std::size_t over = 0;
    while (over + kCounted - kDue <= kChunkOverheadBytesMax) {
        body += line_of(kCounted) + "a\r\n";
        over += kCounted - kDue;
    }
    const std::size_t left = kChunkOverheadBytesMax - over;
    check(body + line_of(left + kDue) + "a\r\n0\r\n\r\n", std::nullopt);
    check(body + line_of(left + kDue + 1) + "a\r\n0\r\n\r\n", Code::BadBody);
}

TEST_CASE("chunks: a body of single bytes without extensions has no such limit") {
    std::string body;
    for (std::size_t i = 0; i < 2 * kChunkOverheadBytesMax; ++i) {
        body += "1\r\na\r\n";
    }
    check(body + "0\r\n\r\n", std::nullopt);
}

TEST_CASE("parser: nothing of a body is offered a second time") {
    const std::string body = "3;note=\"long enough\"\r\nabc\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n";
    for (const auto role : {Parser::Role::Request, Parser::Role::Response}) {
        Parser parser(role, {});
        const bool request = role == Parser::Role::Request;
        const std::string head =
            std::string(request ? "POST / HTTP/1.1\r\nHost: a\r\n" : "HTTP/1.1 200 OK\r\n") +
            "Transfer-Encoding: chunked\r\n\r\n";
        REQUIRE(parser.step(head));
        for (const char& byte : body) {
            REQUIRE(!parser.complete());
            const auto step = parser.step({&byte, 1});
            REQUIRE(step);
            CHECK(step->consumed == 1);
        }
        CHECK(parser.complete());
    }
}

TEST_CASE("parser: trailers never become fields") {
    Parser parser(Parser::Role::Response, {});
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    REQUIRE(parser.step(head));
    REQUIRE(parser.step("0\r\nX-Trailer: 1\r\nConnection: close\r\nContent-Length: 5\r\n\r\n"));
    CHECK(parser.complete());
    CHECK(parser.keep_alive());
    CHECK(!parser.content_length());
    REQUIRE(parser.fields().size() == 1);
    CHECK(parser.fields()[0].name == "Transfer-Encoding");
}

TEST_CASE("parser: a head that was moved is viewed at its new place") {
    Parser parser(Parser::Role::Request, {});
    std::string head = "GET /a HTTP/1.1\r\nHost: b\r\nX: c\r\n\r\n";
    REQUIRE(parser.step(head));
    const std::string copy = head;
    head.assign(head.size(), '-');
    parser.move_head(copy);
    CHECK(parser.method() == "GET");
    CHECK(parser.target() == "/a");
    CHECK(parser.fields()[1].name == "X");
    CHECK(parser.fields()[1].value == "c");
}

TEST_CASE("parser: a connection is not kept behind a 204 that announces a body") {
    const auto kept = [](const std::string& head) {
        Parser parser(Parser::Role::Response, {});
        REQUIRE(parser.step(head));
        CHECK(parser.complete());
        CHECK(parser.bodiless());
        return parser.keep_alive();
    };
    CHECK(kept("HTTP/1.1 204 No Content\r\n\r\n"));
    CHECK(kept("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"));
    CHECK(kept("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"));
    CHECK(!kept("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"));
    CHECK(!kept("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"));
}
