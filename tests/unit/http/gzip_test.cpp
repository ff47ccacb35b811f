#include <aggregator/http/gzip.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <zlib.h>

#include "support/fake_loop.hpp"
#include "support/fake_stream.hpp"

using namespace aggregator;
using http::gunzip;

namespace {

constexpr std::uint64_t kMax = 1u << 20;

std::string gzip(const std::string& text) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&stream, text.size()) + 32, '\0');
    std::string input = text;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    return out;
}

std::string outcome(std::string_view body, std::uint64_t bytes_max = kMax) {
    const auto text = gunzip(body, bytes_max);
    return text ? *text : std::string(base::row(text.error().code).name);
}

}  // namespace

TEST_CASE("gunzip: gives the text back") {
    CHECK(outcome(gzip(R"({"a":1})")) == R"({"a":1})");
    CHECK(outcome(gzip("")).empty());
    const std::string big(200000, 'x');
    CHECK(outcome(gzip(big)) == big);
}

TEST_CASE("gunzip: several members are one text") {
    CHECK(outcome(gzip("one ") + gzip("") + gzip("two")) == "one two");
}

TEST_CASE("gunzip: a text of exactly the limit passes, one byte more does not") {
    const std::string text(70000, 'y');
    CHECK(outcome(gzip(text), 70000) == text);
    CHECK(outcome(gzip(text), 69999) == "answer_too_large");
    CHECK(outcome(gzip("ab"), 1) == "answer_too_large");
    CHECK(outcome(gzip(""), 0).empty());
}

TEST_CASE("gunzip: a small body that grows without end is stopped at the limit") {
    const std::string bomb = gzip(std::string(64u << 20, '\0'));
    CHECK(bomb.size() < (1u << 20));
    CHECK(outcome(bomb) == "answer_too_large");
}

TEST_CASE("gunzip: what is cut short is refused, wherever the cut is") {
    const std::string whole = gzip("some text that is long enough");
    for (std::size_t size = 1; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK(outcome(std::string_view(whole).substr(0, size)) == "bad_encoding");
    }
}

TEST_CASE("gunzip: damage and other codings are refused") {
    std::string wrong_sum = gzip("some text");
    wrong_sum[wrong_sum.size() - 6] ^= 1;
    CHECK(outcome(wrong_sum) == "bad_encoding");
    CHECK(outcome("plain text") == "bad_encoding");
    CHECK(outcome(gzip("text") + "rest") == "bad_encoding");
}

namespace {

// What gunzip_stream() makes of pieces, or the name of its failure.
std::string streamed(const std::vector<std::string>& pieces) {
    testing::FakeLoop loop;
    std::size_t live = 0;
    const auto stream = http::gunzip_stream(std::make_unique<testing::FakeStream>(
        loop, testing::FakeStream::Plan{.pieces = pieces}, live));
    std::string text;
    for (;;) {
        const auto piece = stream->next();
        if (!piece) {
            return std::string(base::row(piece.error().code).name);
        }
        text += piece->bytes;
        if (piece->state == http::Piece::State::End) {
            return text;
        }
        if (piece->state == http::Piece::State::Wait) {
            loop.advance(std::chrono::seconds(1));
        }
    }
}

std::vector<std::string> cut(const std::string& text, std::size_t size) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < text.size(); at += size) {
        pieces.push_back(text.substr(at, size));
    }
    return pieces;
}

}  // namespace

TEST_CASE("gunzip: a stream gives the text back however it is cut") {
    const std::string text(100000, 'z');
    const std::string packed = gzip("one ") + gzip(text) + gzip("");
    for (const std::size_t size : {std::size_t{1}, std::size_t{7}, packed.size()}) {
        CHECK(streamed(cut(packed, size)) == "one " + text);
    }
}

TEST_CASE("gunzip: a stream that is cut short or damaged fails") {
    const std::string packed = gzip("some text");
    CHECK(streamed(cut(packed.substr(0, packed.size() - 1), 5)) == "bad_encoding");
    CHECK(streamed(cut(packed + "x", 5)) == "bad_encoding");
    CHECK(streamed({"not gzip"}) == "bad_encoding");
}

TEST_CASE("gunzip: no byte at all is the empty text, in whatever pieces") {
    CHECK(outcome("").empty());
    CHECK(streamed({}).empty());
    CHECK(streamed({""}).empty());
    CHECK(streamed({"", ""}).empty());
    CHECK(streamed(cut(gzip(""), 1)).empty());
}

TEST_CASE("gunzip: the coding is known by both its names in any case") {
    const auto known = [](std::string_view coding) {
        const std::vector<http::Field> fields{{"content-encoding", coding}};
        return http::is_gzip(fields);
    };
    CHECK(known("gzip"));
    CHECK(known("GZIP"));
    CHECK(known("x-gzip"));
    CHECK(known("X-Gzip"));
    CHECK(!known("br"));
    CHECK(!known("gzip, br"));
    CHECK(!known(""));
    CHECK(!http::is_gzip({}));
}

TEST_CASE("gunzip: a stream that waits wakes its reader, and does not know its length") {
    testing::FakeLoop loop;
    std::size_t live = 0;
    const std::string packed = gzip("some text");
    const auto stream = http::gunzip_stream(std::make_unique<testing::FakeStream>(
        loop,
        testing::FakeStream::Plan{.pieces = {packed.substr(0, 5), packed.substr(5)},
                                  .every = std::chrono::seconds(1),
                                  .length = packed.size()},
        live));
    CHECK_FALSE(stream->length());
    int wakes = 0;
    stream->wake_with([&wakes] { ++wakes; });
    CHECK(stream->next()->state == http::Piece::State::Wait);
    loop.advance(std::chrono::seconds(2));
    CHECK(wakes == 2);
    CHECK(stream->next()->bytes == "some text");
}

TEST_CASE("gunzip: a text that is cut short is not called damaged") {
    const std::string packed = gzip("some text");
    const auto cut = gunzip(std::string_view(packed).substr(0, packed.size() - 1), kMax);
    REQUIRE_FALSE(cut);
    CHECK(cut.error().detail == "the gzip coding is cut short");
}
