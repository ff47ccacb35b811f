#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace aggregator::base {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;
using Duration = std::chrono::nanoseconds;

class HeldLedger;
class Loop;

/// Something to do later. Owned by whoever waits; destroying or stopping it takes it out of the
/// loop, so the callback may capture the owner. Lives on the loop's thread.
class Timer {
public:
    /// `fire` runs on the loop's thread, never from start(); it may start, stop or destroy the
    /// timer.
    Timer(Loop& loop, std::function<void()> fire);
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    /// Runs `fire` once `delay` after the loop's now; a delay of zero or less means later in this
    /// turn or in the next. Starting an armed timer moves it.
    void start(Duration delay);
    /// The same at a given time.
    void start_at(Time when);
    /// Forgets the start; nothing happens if it was not armed.
    void stop();
    [[nodiscard]] bool armed() const { return slot_ != kNone; }
    /// When it fires; only while it is armed.
    [[nodiscard]] Time when() const { return when_; }

private:
    friend class TimerQueue;
    static constexpr std::size_t kNone = ~std::size_t{0};

    Loop& loop_;
    std::function<void()> fire_;
    Time when_{};
    std::uint64_t order_ = 0;  // starts at the same time fire in the order of their starts
    std::size_t slot_ = kNone;
    bool* gone_ = nullptr;  // set while `fire_` runs: told when the timer is destroyed by it
};

/// The armed timers of one loop: a binary heap of borrowed pointers.
class TimerQueue {
public:
    void insert(Timer& timer, Time when);
    void remove(Timer& timer);
    /// Fires everything due at `now`; a timer that is started meanwhile waits for the next call.
    void fire_due(Time now);
    /// When the next timer is due.
    [[nodiscard]] std::optional<Time> next() const;
    [[nodiscard]] std::size_t size() const { return heap_.size(); }

private:
    [[nodiscard]] static bool before(const Timer& a, const Timer& b);
    void place(std::size_t slot, Timer* timer);
    void sift_up(std::size_t slot);
    void sift_down(std::size_t slot);

    std::vector<Timer*> heap_;
    std::uint64_t starts_ = 0;
};

/// Time, chance and posting: everything that a test must own to replay a gateway. One loop a
/// thread; only post() may be called from others. The real one is net's, the tests' one has a clock
/// that is moved by hand.
class Loop {
public:
    Loop();
    virtual ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// The time at which this turn of the loop began.
    [[nodiscard]] virtual Time now() const = 0;
    /// Runs `work` on the loop's thread in a later turn. Safe from any thread.
    virtual void post(std::function<void()> work) = 0;
    /// A random number, uniform over 64 bits.
    [[nodiscard]] virtual std::uint64_t random() = 0;

    [[nodiscard]] TimerQueue& timers() { return timers_; }
    /// What is held for peers on this loop. Include `base/held` to use it.
    [[nodiscard]] HeldLedger& held() { return *held_; }
    [[nodiscard]] const HeldLedger& held() const { return *held_; }

private:
    TimerQueue timers_;
    std::unique_ptr<HeldLedger> held_;
};

}  // namespace aggregator::base
