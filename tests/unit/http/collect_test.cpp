#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <aggregator/base/held.hpp>
#include <aggregator/http/collect.hpp>

#include "support/fake_loop.hpp"
#include "support/fake_stream.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using http::Collect;
using testing::FakeStream;

namespace {

/// One body that is gathered.
struct Gathering {
    testing::FakeLoop loop{1};
    std::size_t live = 0;
    std::unique_ptr<FakeStream> stream;
    std::optional<http::Result<std::string>> outcome;
    std::unique_ptr<Collect> collect;

    void start(FakeStream::Plan plan, std::uint64_t bytes_max = 8) {
        stream = std::make_unique<FakeStream>(loop, std::move(plan), live);
        http::Request request;
        request.stream = stream.get();
        begin(request, bytes_max);
    }
    void begin(const http::Request& request, std::uint64_t bytes_max = 8) {
        collect = std::make_unique<Collect>(loop, request,
                                            Collect::Limits{.bytes_max = bytes_max, .patience = 1s},
                                            [this](auto body) {
                                                outcome = std::move(body);
                                                collect.reset();  // whoever gets it may
                                            });
    }
    [[nodiscard]] std::string said() const {
        if (!outcome) {
            return "nothing";
        }
        return *outcome ? "body " + **outcome : std::string(base::row(outcome->error().code).name);
    }
};

}  // namespace

TEST_CASE_FIXTURE(Gathering, "collect: a body in memory comes in a later turn") {
    http::Request request;
    request.body = "12345678";
    begin(request);
    CHECK(said() == "nothing");
    loop.run_dry();
    CHECK(said() == "body 12345678");
}

TEST_CASE_FIXTURE(Gathering, "collect: a body in memory has a limit") {
    http::Request request;
    request.body = "123456789";
    begin(request);
    loop.run_dry();
    CHECK(said() == "body_too_large");
}

TEST_CASE_FIXTURE(Gathering, "collect: the pieces of a stream are joined") {
    start({.pieces = {"123", "45", "678"}, .every = 10ms});
    loop.run_dry();
    CHECK(said() == "body 12345678");
    CHECK_FALSE(stream->watched());
}

TEST_CASE_FIXTURE(Gathering, "collect: a stream that grows above the limit is given up there") {
    start({.pieces = {"12345", "6789", "never"}, .every = 10ms});
    loop.advance(25ms);
    CHECK(said() == "body_too_large");
    CHECK_FALSE(stream->watched());
}

TEST_CASE_FIXTURE(Gathering, "collect: a length above the limit is refused unread") {
    start({.pieces = {"123456789"}, .length = 9});
    loop.run_dry();
    CHECK(said() == "body_too_large");
    CHECK(stream->asked == 0);
}

TEST_CASE_FIXTURE(Gathering, "collect: what breaks the stream is told") {
    start({.pieces = {"123"}, .failure = base::Error{base::Code::ClientClosed, "gone"}});
    loop.run_dry();
    CHECK(said() == "client_closed");
}

TEST_CASE_FIXTURE(Gathering, "collect: a body that does not come in time is a timeout") {
    start({.pieces = {"1", "2", "3"}, .every = 600ms});
    loop.advance(999ms);
    CHECK(said() == "nothing");
    loop.advance(1ms);
    CHECK(said() == "request_timeout");
    CHECK_FALSE(stream->watched());
}

TEST_CASE_FIXTURE(Gathering, "collect: who destroys it hears nothing") {
    start({.pieces = {"1", "2"}, .every = 10ms});
    loop.advance(15ms);
    collect.reset();
    CHECK_FALSE(stream->watched());
    loop.run_dry();
    CHECK(said() == "nothing");
    CHECK(loop.timers().size() == 0);
}

TEST_CASE_FIXTURE(Gathering, "collect: who keeps it after its outcome hears of nothing more") {
    http::Request request;
    request.body = "1234";
    int told = 0;
    collect =
        std::make_unique<Collect>(loop, request, Collect::Limits{.bytes_max = 8, .patience = 1s},
                                  [&told](const auto&) { ++told; });
    loop.run_dry();
    CHECK(told == 1);
    CHECK(loop.now() < base::Time(1h) + 1s);  // no timer was left
}

TEST_CASE_FIXTURE(Gathering, "collect: what has come counts as held, and can be given up") {
    start({.pieces = {"1234", "5678"}, .every = 10ms});
    loop.advance(15ms);
    CHECK(loop.held().bytes(base::HeldKind::Body) == 4);
    REQUIRE(loop.held().give_up_oldest(base::HeldKind::Body));
    CHECK(said() == "memory_full");
    CHECK(loop.held().bytes(base::HeldKind::Body) == 0);
}
