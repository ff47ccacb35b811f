#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <aggregator/base/loop.hpp>

using namespace std::chrono_literals;
using aggregator::base::Loop;
using aggregator::base::Time;
using aggregator::base::Timer;

namespace {

class HandLoop : public Loop {
public:
    [[nodiscard]] Time now() const override { return now_; }
    void post(std::function<void()>) override {}
    [[nodiscard]] std::uint64_t random() override { return 4; }

    void advance(std::chrono::nanoseconds by) {
        now_ += by;
        timers().fire_due(now_);
    }

private:
    Time now_{};
};

}  // namespace

TEST_CASE("timer: fires once, at its time and not before") {
    HandLoop loop;
    int fired = 0;
    Timer timer(loop, [&] { ++fired; });
    timer.start(10ms);
    loop.advance(9ms);
    CHECK(fired == 0);
    loop.advance(1ms);
    CHECK(fired == 1);
    loop.advance(1s);
    CHECK(fired == 1);
    CHECK(loop.timers().size() == 0);
}

TEST_CASE("timer: equal times fire in the order of their starts") {
    HandLoop loop;
    std::string order;
    Timer a(loop, [&] { order += 'a'; });
    Timer b(loop, [&] { order += 'b'; });
    Timer c(loop, [&] { order += 'c'; });
    b.start(5ms);
    a.start(5ms);
    c.start(5ms);
    loop.advance(5ms);
    CHECK(order == "bac");
}

TEST_CASE("timer: a destroyed or stopped timer never fires") {
    HandLoop loop;
    int fired = 0;
    auto gone = std::make_unique<Timer>(loop, [&] { ++fired; });
    Timer stopped(loop, [&] { ++fired; });
    gone->start(1ms);
    stopped.start(1ms);
    gone.reset();
    stopped.stop();
    loop.advance(1s);
    CHECK(fired == 0);
}

TEST_CASE("timer: a timer may destroy itself and others while it fires") {
    HandLoop loop;
    int fired = 0;
    std::unique_ptr<Timer> self;
    auto other = std::make_unique<Timer>(loop, [&] { ++fired; });
    self = std::make_unique<Timer>(loop, [&] {
        ++fired;
        other.reset();
        self.reset();
    });
    self->start(1ms);
    other->start(1ms);
    loop.advance(1ms);
    CHECK(fired == 1);
    CHECK(loop.timers().size() == 0);
}

TEST_CASE("timer: one that restarts itself without delay waits for the next turn") {
    HandLoop loop;
    int fired = 0;
    Timer timer(loop, [] {});
    Timer again(loop, [&] {
        ++fired;
        again.start(0ms);
    });
    again.start(0ms);
    loop.advance(0ms);
    CHECK(fired == 1);
    loop.advance(0ms);
    CHECK(fired == 2);
}

TEST_CASE(
    "timer: a thousand timers in random order, moved and stopped, fire in the order of their "
    "times") {
    HandLoop loop;
    std::mt19937 random(7);
    std::vector<Time> fired;
    std::vector<std::unique_ptr<Timer>> timers;
    for (int i = 0; i < 1000; ++i) {
        timers.push_back(std::make_unique<Timer>(loop, [&] { fired.push_back(loop.now()); }));
        timers.back()->start(std::chrono::milliseconds(random() % 500));
    }
    std::size_t stopped = 0;
    for (auto& timer : timers) {
        if (random() % 3 == 0) {
            timer->start(std::chrono::milliseconds(random() % 500));
        } else if (random() % 3 == 0) {
            timer->stop();
            ++stopped;
        }
    }
    for (int ms = 0; ms <= 500; ++ms) {
        const auto next = loop.timers().next();
        CHECK((!next || *next >= loop.now()));
        loop.advance(1ms);
    }
    CHECK(fired.size() == 1000 - stopped);
    CHECK(std::is_sorted(fired.begin(), fired.end()));
}
