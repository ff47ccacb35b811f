#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <random>
#include <utility>

#include <aggregator/base/loop.hpp>

namespace aggregator::testing {

/// A loop whose clock is moved by hand and whose chance comes from a seed. Everything runs on the
/// thread that moves it.
class FakeLoop final : public base::Loop {
public:
    explicit FakeLoop(std::uint64_t seed = 1) : random_(seed) {}

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
        timers().fire_due(now_);
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
        while (timers().next() && *timers().next() <= end) {
            now_ = *timers().next();
            settle();
        }
        now_ = end;
    }

    /// Advances from timer to timer until none is armed and nothing is posted.
    void run_dry() {
        settle();
        while (timers().next()) {
            now_ = std::max(now_, *timers().next());
            settle();
        }
    }

private:
    [[nodiscard]] bool due() { return timers().next() && *timers().next() <= now_; }

    base::Time now_{std::chrono::hours(1)};
    std::mt19937_64 random_;
    std::deque<std::function<void()>> posted_;
};

}  // namespace aggregator::testing
