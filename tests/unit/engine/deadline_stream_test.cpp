#include "engine/deadline_stream.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "support/fake_loop.hpp"
#include "support/fake_stream.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using base::Code;
using engine::DeadlineStream;
using http::Piece;
using testing::FakeLoop;
using testing::FakeStream;

namespace {

struct Fixture {
    FakeLoop loop;
    std::size_t live = 0;
    int wakes = 0;

    std::unique_ptr<DeadlineStream> open(FakeStream::Plan plan) {
        auto inner = std::make_unique<FakeStream>(loop, std::move(plan), live);
        auto stream = std::make_unique<DeadlineStream>(
            loop, loop.now() + 100ms, DeadlineStream::Inner{nullptr, std::move(inner)});
        stream->wake_with([this] { ++wakes; });
        return stream;
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "deadline stream: who waits is woken at the deadline and gets Timeout") {
    const auto stream = open({.pieces = {"late"}, .every = 1s});
    CHECK(stream->next()->state == Piece::State::Wait);
    loop.advance(99ms);
    CHECK(wakes == 0);
    loop.advance(1ms);
    CHECK(wakes == 1);
    CHECK(stream->next().error().code == Code::Timeout);
    CHECK(live == 0);
}

TEST_CASE_FIXTURE(Fixture, "deadline stream: the exchange ends at the deadline, read or not") {
    const auto stream = open({.pieces = {"one", "two"}});
    CHECK(stream->next()->bytes == "one");
    loop.advance(99ms);
    CHECK(live == 1);
    loop.advance(1ms);
    CHECK(live == 0);
    CHECK(wakes == 0);
    CHECK(stream->next().error().code == Code::Timeout);
}

TEST_CASE_FIXTURE(Fixture,
                  "deadline stream: a stream that ended in time has no deadline any more") {
    const auto stream = open({.pieces = {"all"}, .length = 3});
    CHECK(stream->length() == 3);
    const auto piece = stream->next();
    CHECK(piece->state == Piece::State::End);
    CHECK(loop.timers().size() == 0);
    CHECK(piece->bytes == "all");
}

TEST_CASE_FIXTURE(Fixture, "deadline stream: the time before it is asked for is not the answer's") {
    const auto stream = open({.pieces = {"one", "two"}, .every = 70ms});
    loop.advance(150ms);
    CHECK(stream->next()->bytes == "one");
    CHECK(stream->next()->bytes == "two");
    CHECK(loop.timers().size() == 0);

    const auto late = open({.pieces = {"late"}, .every = 1s});
    loop.advance(100ms);
    CHECK(late->next()->state == Piece::State::Wait);
    loop.advance(99ms);
    CHECK(wakes == 2);  // by the first stream's source
    loop.advance(1ms);
    CHECK(wakes == 3);
    CHECK(late->next().error().code == Code::Timeout);
}

TEST_CASE_FIXTURE(Fixture, "deadline stream: one that nobody asks for has its time twice at most") {
    auto stream = open({.pieces = {"one"}});
    loop.advance(199ms);
    CHECK(stream->next()->bytes == "one");
    stream = open({.pieces = {"one"}});
    loop.advance(200ms);
    CHECK(stream->next().error().code == Code::Timeout);
    CHECK(loop.timers().size() == 0);
}
