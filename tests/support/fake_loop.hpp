#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <random>
#include <utility>

#include <aggregator/base/loop.hpp>

namespace aggregator::testing {

/// A loop of the kind `Base` whose clock is moved by hand and whose chance comes from a seed.
/// Everything runs on the thread that moves it.
template <typename Base>
class FakeLoopOf : public Base {
public:
    explicit FakeLoopOf(std::uint64_t seed = 1) : random_(seed) {}

    [[nodiscard]] base::Time now() const override { return now_; }
    void post(std::function<void()> work) override { posted_.push_back(std::move(work)); }
    [[nodiscard]] std::uint64_t random() override { return random_(); }

    /// One turn: what was posted before it, then the timers that are due.
    void turn() {
        for (std::size_t left = posted_.size(); left > 0; --left) {
            const std::function<void()> work = std::move(posted_.front());
            posted_.pop_front();
            work();
        }
        this->timers().fire_due(now_);
        end_turn();
    }

    /// Turns until nothing is left that is due now.
    void settle() {
        do {
            turn();
        } while (!posted_.empty() || due());
    }

    /// Moves the clock on, stopping at each timer on the way, so that everything happens at its own
    /// time.
    void advance(base::Duration by) {
        const base::Time end = now_ + by;
        settle();
        while (this->timers().next() && *this->timers().next() <= end) {
            now_ = *this->timers().next();
            settle();
        }
        now_ = end;
    }

    /// Advances from timer to timer until none is armed and nothing is posted.
    void run_dry() {
        settle();
        while (this->timers().next()) {
            now_ = std::max(now_, *this->timers().next());
            settle();
        }
    }

protected:
    virtual void end_turn() {}

private:
    [[nodiscard]] bool due() { return this->timers().next() && *this->timers().next() <= now_; }

    base::Time now_{std::chrono::hours(1)};
    std::mt19937_64 random_;
    std::deque<std::function<void()>> posted_;
};

class FakeLoop final : public FakeLoopOf<base::Loop> {
public:
    using FakeLoopOf::FakeLoopOf;
};

}  // namespace aggregator::testing
