#include <aggregator/base/held.hpp>
#include <aggregator/http/tee.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/fake_loop.hpp"
#include "support/fake_stream.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using base::Code;
using http::Piece;
using http::Tee;
using testing::FakeLoop;
using testing::FakeStream;

namespace {

// Reads a stream whenever it is woken, unless it is told to pause.
class Sink {
public:
    explicit Sink(std::unique_ptr<http::BodyStream> stream) : stream_(std::move(stream)) {
        stream_->wake_with([this] {
            ++wakes;
            read_all();
        });
    }

    void read_all() {
        while (read_one()) {}
    }
    // One piece; false if there is none to be had.
    bool read_one() {
        if (!stream_ || ended || failure) {
            return false;
        }
        const auto piece = stream_->next();
        if (!piece) {
            failure = piece.error().code;
            return false;
        }
        text += piece->bytes;
        held = piece->bytes;
        ended = piece->state == Piece::State::End;
        return piece->state == Piece::State::More;
    }
    void drop() { stream_.reset(); }
    [[nodiscard]] http::BodyStream& stream() { return *stream_; }

    std::string text;
    std::string_view held;
    bool ended = false;
    std::optional<Code> failure;
    int wakes = 0;

private:
    std::unique_ptr<http::BodyStream> stream_;
};

struct Fixture {
    FakeLoop loop;
    std::size_t sources = 0;
    std::unique_ptr<FakeStream> source;
    std::unique_ptr<Tee> tee;

    void open(FakeStream::Plan plan, std::uint64_t bytes_max = Tee::kNoLimit) {
        tee.reset();
        source = std::make_unique<FakeStream>(loop, std::move(plan), sources);
        tee = std::make_unique<Tee>(loop, *source, bytes_max);
    }
    ~Fixture() { tee.reset(); }
};

std::string blob(std::size_t size, char letter) { return std::string(size, letter); }

}  // namespace

TEST_CASE_FIXTURE(Fixture, "tee: every reader gets the whole body at its own pace") {
    open({.pieces = {"one ", "two ", "three"}});
    Sink a(tee->lagging_reader({.lag_bytes_max = 1000}));
    Sink b(tee->lagging_reader({.lag_bytes_max = 1000}));
    a.read_all();
    CHECK(a.text == "one two three");
    CHECK(a.ended);
    CHECK(b.text.empty());
    b.read_all();
    CHECK(b.text == "one two three");
    CHECK(b.ended);
}

TEST_CASE_FIXTURE(Fixture, "tee: bodies larger than its chunks come through") {
    const std::string big = blob(40000, 'a') + blob(40000, 'b');
    open({.pieces = {big, "tail", blob(16384, 'c')}});
    Sink a(tee->lagging_reader({}));
    Sink b(tee->lagging_reader({}));
    a.read_one();
    b.read_all();
    a.read_all();
    CHECK(a.text == big + "tail" + blob(16384, 'c'));
    CHECK(b.text == a.text);
}

TEST_CASE_FIXTURE(Fixture, "tee: an empty body ends at once") {
    open({});
    Sink a(tee->lagging_reader({.lag_bytes_max = 1000}));
    a.read_all();
    CHECK(a.ended);
    CHECK(a.text.empty());
}

TEST_CASE_FIXTURE(Fixture, "tee: waiting readers are woken when the source has more") {
    open({.pieces = {"one ", "two"}, .every = 10ms});
    Sink a(tee->lagging_reader({.lag_bytes_max = 1000}));
    Sink b(tee->paced_reader());
    a.read_all();
    b.read_all();
    CHECK(a.wakes == 0);
    loop.advance(10ms);
    CHECK(a.text == "one ");
    CHECK(b.text == "one ");
    loop.advance(10ms);
    CHECK(a.ended);
    CHECK(b.ended);
}

TEST_CASE_FIXTURE(Fixture,
                  "tee: a reader that another's pull brought bytes is woken in a later turn") {
    open({.pieces = {"one", "two"}, .every = 10ms});
    Sink a(tee->lagging_reader({.lag_bytes_max = 1000}));
    Sink b(tee->lagging_reader({.lag_bytes_max = 1000}));
    a.read_all();
    source->wake_with({});  // nobody is told by the source itself
    loop.advance(10ms);
    CHECK(a.text.empty());
    b.read_all();
    CHECK(b.text == "one");
    CHECK(a.text.empty());
    loop.settle();
    CHECK(a.text == "one");
}

TEST_CASE_FIXTURE(Fixture, "tee: a reader's bytes stay while others go on") {
    open({.pieces = {blob(16384, 'a'), blob(16384, 'b'), blob(16384, 'c')}});
    Sink a(tee->lagging_reader({}));
    Sink b(tee->lagging_reader({}));
    a.read_one();
    b.read_all();
    CHECK(a.held == blob(16384, 'a'));
}

TEST_CASE_FIXTURE(Fixture, "tee: the declared length is every reader's") {
    open({.pieces = {"12345"}, .length = 5});
    CHECK(tee->paced_reader()->length() == 5);
    open({.pieces = {"12345"}});
    CHECK_FALSE(tee->paced_reader()->length());
}

TEST_CASE_FIXTURE(Fixture, "tee: a declared length above the limit is refused without reading") {
    open({.pieces = {"123456"}, .length = 6}, 5);
    Sink a(tee->lagging_reader({.lag_bytes_max = 5}));
    a.read_all();
    CHECK(a.failure == Code::BodyTooLarge);
    CHECK(source->asked == 0);
}

TEST_CASE_FIXTURE(Fixture, "tee: a body of exactly the limit passes, one byte more is refused") {
    open({.pieces = {"123", "45"}}, 5);
    Sink exact(tee->lagging_reader({.lag_bytes_max = 5}));
    exact.read_all();
    CHECK(exact.ended);
    open({.pieces = {"123", "456"}}, 5);
    Sink over(tee->lagging_reader({.lag_bytes_max = 5}));
    over.read_all();
    CHECK(over.text == "123");
    CHECK(over.failure == Code::BodyTooLarge);
}

TEST_CASE_FIXTURE(Fixture,
                  "tee: a failure of the source reaches every reader after what came before it") {
    open({.pieces = {"some"}, .failure = base::Error{Code::BadBody, "bad chunk"}});
    Sink a(tee->lagging_reader({.lag_bytes_max = 1000}));
    Sink b(tee->lagging_reader({.lag_bytes_max = 1000}));
    a.read_all();
    b.read_all();
    CHECK(a.text == "some");
    CHECK(b.text == "some");
    CHECK(a.failure == Code::BadBody);
    CHECK(b.failure == Code::BadBody);
}

TEST_CASE_FIXTURE(Fixture, "tee: only a paced reader asks the source while it lives") {
    open({.pieces = std::vector<std::string>(10, blob(100, 'x'))});
    Sink live(tee->paced_reader());
    Sink shadow(tee->lagging_reader({}));
    shadow.read_all();
    CHECK(shadow.text.empty());
    CHECK(source->asked == 0);
    live.read_all();
    loop.settle();
    CHECK(live.text.size() == 1000);
    CHECK(shadow.text.size() == 1000);
}

TEST_CASE_FIXTURE(Fixture, "tee: a lagging reader never holds the paced one back") {
    open({.pieces = std::vector<std::string>(10, blob(100, 'x'))});
    Sink live(tee->paced_reader());
    Sink shadow(tee->lagging_reader({}));
    live.read_all();
    CHECK(live.ended);
    CHECK(shadow.text.empty());
}

TEST_CASE_FIXTURE(Fixture, "tee: a reader too far behind fails, the other does not notice") {
    open({.pieces = std::vector<std::string>(10, blob(100, 'x'))});
    Sink live(tee->paced_reader());
    Sink shadow(tee->lagging_reader({.lag_bytes_max = 500}));
    shadow.read_one();
    live.read_all();
    shadow.read_all();
    CHECK(live.ended);
    CHECK(live.text.size() == 1000);
    CHECK(shadow.failure == Code::Lagging);
}

TEST_CASE_FIXTURE(Fixture, "tee: a reader that falls too far behind hears of it without asking") {
    open({.pieces = std::vector<std::string>(10, blob(100, 'x'))});
    Sink live(tee->paced_reader());
    Sink shadow(tee->lagging_reader({.lag_bytes_max = 500}));
    CHECK_FALSE(shadow.stream().broken());
    live.read_all();
    CHECK(shadow.stream().broken());
    loop.settle();
    CHECK(shadow.wakes == 1);
    CHECK(shadow.failure == Code::Lagging);
}

TEST_CASE_FIXTURE(Fixture, "tee: bytes that others hold are not told as this reader's lag") {
    open({.pieces = {"1234"}});
    http::HeldBytes whole{.bytes_max = 10, .bytes = 8};
    http::HeldBytes part{.whole = &whole};
    Sink live(tee->paced_reader());
    Sink shadow(tee->lagging_reader({.held = &part}));
    live.read_all();
    shadow.read_all();
    CHECK(shadow.failure == Code::TooManyCalls);
    CHECK(whole.bytes == 8);
}

TEST_CASE_FIXTURE(Fixture, "tee: a reader exactly at its limit is not too far behind") {
    open({.pieces = std::vector<std::string>(5, blob(100, 'x'))});
    Sink live(tee->paced_reader());
    Sink shadow(tee->lagging_reader({.lag_bytes_max = 500}));
    live.read_all();
    shadow.read_all();
    CHECK(shadow.ended);
}

TEST_CASE_FIXTURE(Fixture, "tee: when the paced reader goes, the others go on without it") {
    open({.pieces = std::vector<std::string>(10, blob(100, 'x'))});
    Sink live(tee->paced_reader());
    Sink shadow(tee->lagging_reader({}));
    shadow.read_all();
    CHECK_FALSE(shadow.ended);
    live.drop();
    loop.settle();
    CHECK(shadow.ended);
    CHECK(shadow.text.size() == 1000);
}

TEST_CASE_FIXTURE(Fixture, "tee: readers outlive it with what is held, then miss their sender") {
    open({.pieces = {"one ", "two ", "three"}});
    Sink ahead(tee->lagging_reader({.lag_bytes_max = 1000}));
    Sink behind(tee->lagging_reader({.lag_bytes_max = 1000}));
    ahead.read_one();
    ahead.read_one();
    tee.reset();
    source.reset();
    loop.settle();
    behind.read_all();
    CHECK(behind.text == "one two ");
    CHECK(behind.failure == Code::ClientClosed);
}

TEST_CASE_FIXTURE(Fixture, "tee: lets go of its source when it goes") {
    open({.pieces = {"one"}, .every = 10ms});
    const auto reader = tee->lagging_reader({.lag_bytes_max = 1000});
    CHECK(source->watched());
    tee.reset();
    CHECK_FALSE(source->watched());
}

TEST_CASE_FIXTURE(Fixture, "tee: a waiting reader is told when the source goes") {
    open({.pieces = {"one"}, .every = 10ms});
    Sink a(tee->lagging_reader({.lag_bytes_max = 1000}));
    a.read_all();
    tee->detach();
    source.reset();
    loop.settle();
    CHECK(a.failure == Code::ClientClosed);
}

TEST_CASE_FIXTURE(Fixture,
                  "tee: a reader that has the whole body does not need its source any more") {
    open({.pieces = {"one ", "two"}});
    Sink first(tee->lagging_reader({.lag_bytes_max = 1000}));
    Sink second(tee->lagging_reader({.lag_bytes_max = 1000}));
    first.read_all();
    tee.reset();
    source.reset();
    second.read_all();
    CHECK(second.ended);
    CHECK(second.text == "one two");
}

TEST_CASE_FIXTURE(Fixture, "tee: a woken reader may destroy all readers and the tee") {
    open({.pieces = {"one"}, .every = 10ms});
    std::vector<std::unique_ptr<http::BodyStream>> readers;
    int wakes = 0;
    for (int i = 0; i < 3; ++i) {
        readers.push_back(tee->lagging_reader({.lag_bytes_max = 1000}));
        CHECK(readers.back()->next()->state == Piece::State::Wait);
        readers.back()->wake_with([&] {
            ++wakes;
            readers.clear();
            tee.reset();
        });
    }
    loop.advance(10ms);
    CHECK(wakes == 1);
    CHECK(loop.timers().size() == 0);
}

TEST_CASE_FIXTURE(Fixture, "tee: a reader that is made too late is refused and reads nothing") {
    open({.pieces = {blob(16384, 'a'), blob(16384, 'b')}});
    Sink first(tee->lagging_reader({}));
    first.read_one();
    first.read_one();
    // In a process of its own: where assertions are on, they end it.
    const pid_t child = fork();
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        Sink late(tee->lagging_reader({}));
        late.read_all();
        std::_Exit(late.failure == Code::Internal && late.text.empty() ? 0 : 1);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    const bool asserted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
    CHECK((asserted || (WIFEXITED(status) && WEXITSTATUS(status) == 0)));
}

TEST_CASE_FIXTURE(Fixture,
                  "tee: a second reader that is made before bytes are let go gets them all") {
    open({.pieces = {blob(16383, 'a'), "b", "c"}});
    Sink first(tee->lagging_reader({}));
    first.read_one();
    Sink second(tee->lagging_reader({}));
    first.read_all();
    second.read_all();
    CHECK(first.text == blob(16383, 'a') + "bc");
    CHECK(second.text == first.text);
}

TEST_CASE_FIXTURE(Fixture, "tee: a reader that goes in the middle holds nothing of what comes") {
    http::HeldBytes held;
    open({.pieces = std::vector<std::string>(5, blob(100, 'x'))});
    Sink stays(tee->lagging_reader({.held = &held}));
    Sink goes(tee->lagging_reader({.held = &held}));
    stays.read_one();
    goes.read_one();
    stays.read_one();
    CHECK(held.bytes == 100);
    goes.drop();
    CHECK(held.bytes == 0);
    stays.read_all();
    CHECK(stays.text == blob(500, 'x'));
    CHECK(held.bytes == 0);
}

TEST_CASE_FIXTURE(Fixture, "tee: it is complete once its source has given the last byte") {
    open({.pieces = {"one", "two"}});
    Sink reader(tee->lagging_reader({}));
    CHECK_FALSE(tee->complete());
    reader.read_one();
    CHECK_FALSE(tee->complete());
    reader.read_one();
    CHECK(tee->complete());
}

TEST_CASE_FIXTURE(Fixture, "tee: a reader may have a body of exactly its limit, and no byte more") {
    open({.pieces = {"123", "45"}});
    Sink exact(tee->lagging_reader({.body_bytes_max = 5}));
    Sink over(tee->lagging_reader({.body_bytes_max = 4}));
    exact.read_all();
    over.read_all();
    CHECK(exact.text == "12345");
    CHECK(exact.ended);
    CHECK(over.failure == Code::BodyTooLarge);
}

TEST_CASE("held bytes: what fits is counted to the byte, here and in the whole") {
    http::HeldBytes whole{.bytes_max = 10};
    http::HeldBytes part{.whole = &whole, .bytes_max = 6};
    http::HeldBytes other{.whole = &whole};
    part.add(4);
    CHECK(part.has_room(2));
    CHECK_FALSE(part.has_room(3));
    other.add(5);
    CHECK(whole.bytes == 9);
    CHECK(part.has_room(1));
    CHECK_FALSE(part.has_room(2));
    part.subtract(4);
    other.subtract(5);
    CHECK(whole.bytes == 0);
    CHECK(part.bytes == 0);
}

TEST_CASE_FIXTURE(Fixture, "tee: an empty body that one has read is whole for all, source or not") {
    open({});
    Sink first(tee->lagging_reader({}));
    Sink second(tee->lagging_reader({}));
    Sink third(tee->lagging_reader({}));
    first.read_all();
    second.read_all();
    CHECK(second.ended);
    CHECK(source->asked == 1);
    tee.reset();
    source.reset();
    third.read_all();
    CHECK(third.ended);
}

TEST_CASE_FIXTURE(Fixture, "tee: a declared length of exactly the limit is read") {
    open({.pieces = {"12345"}, .length = 5}, 5);
    Sink reader(tee->lagging_reader({}));
    reader.read_all();
    CHECK(reader.ended);
    CHECK(reader.text == "12345");
}

TEST_CASE_FIXTURE(Fixture, "tee: where memory is short, a reader that has read all loses nothing") {
    open({.pieces = {blob(16384, 'a'), blob(16384, 'b'), "c"}});
    Sink keen(tee->lagging_reader({}));
    Sink slow(tee->lagging_reader({}));
    keen.read_one();
    keen.read_one();
    REQUIRE(loop.held().give_up_oldest(base::HeldKind::Body));
    keen.read_all();
    slow.read_all();
    CHECK(keen.text == blob(16384, 'a') + blob(16384, 'b') + "c");
    CHECK(slow.failure == Code::MemoryFull);
}
