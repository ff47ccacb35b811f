#include <aggregator/cache/recording.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "support/fake_loop.hpp"
#include "support/fake_stream.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using cache::Recording;
using testing::FakeLoop;
using testing::FakeStream;

namespace {

/// A recording and the client that reads it.
struct Client {
    Client(FakeLoop& where, FakeStream::Plan plan, std::uint64_t bytes_max = 100)
        : loop(where),
          stream(loop, std::make_unique<FakeStream>(loop, std::move(plan), live),
                 {.bytes_max = bytes_max, .done = [this](const auto& whole) {
                      ++told;
                      kept = whole == nullptr ? "none" : *whole;
                  }}) {
        stream.wake_with([this] { read(); });
    }

    void read() {
        while (!ended && !failure) {
            const auto piece = stream.next();
            if (!piece) {
                failure = piece.error().code;
                return;
            }
            body += piece->bytes;
            ended = piece->state == http::Piece::State::End;
            if (piece->state == http::Piece::State::Wait) {
                return;
            }
        }
    }

    FakeLoop& loop;
    std::size_t live = 0;
    int told = 0;
    std::string kept;
    std::string body;
    bool ended = false;
    std::optional<base::Code> failure;
    Recording stream;
};

}  // namespace

TEST_CASE("recording: the client gets what comes, and all of it is kept") {
    FakeLoop loop;
    Client client(loop, {.pieces = {"one ", "two ", "three"}, .every = 1s});
    client.read();
    loop.advance(2s);
    CHECK(client.body == "one two ");
    CHECK(client.told == 0);
    loop.advance(1s);
    CHECK(client.body == "one two three");
    CHECK(client.ended);
    CHECK(client.kept == "one two three");
    CHECK(client.told == 1);
}

TEST_CASE("recording: it is whole before a client that does not read has it") {
    FakeLoop loop;
    Client client(loop, {.pieces = {"one ", "two"}, .every = 1s});
    loop.advance(2s);
    CHECK(client.kept == "one two");
    CHECK(client.body.empty());
    client.read();
    CHECK(client.body == "one two");
    CHECK(client.ended);
}

TEST_CASE("recording: a body that breaks off is not kept, and its client sees that") {
    FakeLoop loop;
    Client client(loop, {.pieces = {"one"}, .failure = base::Error{base::Code::Reset, "x"}});
    client.read();
    loop.settle();
    CHECK(client.kept == "none");
    CHECK(client.body == "one");
    CHECK(client.failure == base::Code::Reset);
}

TEST_CASE("recording: a body that is too long passes, and is not kept") {
    FakeLoop loop;
    Client client(loop, {.pieces = {"one ", "two ", "three ", "four"}, .every = 1s}, 7);
    client.read();
    loop.advance(10s);
    CHECK(client.kept == "none");
    CHECK(client.told == 1);
    CHECK(client.body == "one two three four");
    CHECK(client.ended);
}

TEST_CASE("recording: a long body is read at its client's pace") {
    FakeLoop loop;
    std::size_t live = 0;
    auto inner = std::make_unique<FakeStream>(
        loop, FakeStream::Plan{.pieces = {"123456", "789", "0"}}, live);
    const FakeStream& seen = *inner;
    Recording stream(loop, std::move(inner), {.bytes_max = 8, .done = [](const auto&) {}});
    loop.settle();
    CHECK(seen.asked == 2);
    CHECK(stream.next()->bytes == "123456789");
    CHECK(seen.asked == 2);
    CHECK(stream.next()->bytes == "0");
    CHECK(seen.asked == 3);
}

TEST_CASE("recording: without memory it is not kept, and what was not read is lost") {
    FakeLoop loop;
    Client client(loop, {.pieces = {"one ", "two"}, .every = 1s});
    loop.advance(1s);
    REQUIRE(loop.held().give_up_oldest(base::HeldKind::Body));
    client.read();
    CHECK(client.kept == "none");
    CHECK(client.failure == base::Code::MemoryFull);
}
