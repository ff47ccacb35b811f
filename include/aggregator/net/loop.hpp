#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/base/loop.hpp>

namespace aggregator::net {

/// Somebody who waits for a descriptor. Lives on the loop's thread.
class Watcher {
public:
    /// What happened, as a set of bits.
    static constexpr std::uint32_t kReadable = 1;
    static constexpr std::uint32_t kWritable = 2;
    static constexpr std::uint32_t kHangup =
        4;  ///< the peer ended its side, or the connection broke

    virtual ~Watcher() = default;
    /// Runs when the descriptor changed; edge-triggered, so read and write until they say Wait.
    virtual void on_ready(std::uint32_t events) = 0;
};

class Wire;

/// A loop on which connections live: what they need besides time. The real one is EventLoop; the
/// tests' has wires without descriptors, on a clock that is moved by hand.
class WireLoop : public base::Loop {
public:
    WireLoop();
    ~WireLoop() override;

    /// Begins to connect to a literal address; fails with Connect when not even that is possible.
    [[nodiscard]] virtual base::Result<std::unique_ptr<Wire>> connect(const std::string& address,
                                                                      std::uint16_t port) = 0;
    /// Watches a descriptor for reading and writing, once and for good: no change of interest costs
    /// a system call. The watcher must be removed before it or the descriptor goes.
    virtual void add(int descriptor, Watcher& watcher) = 0;
    /// Its events of this turn that have not run yet never will.
    virtual void remove(int descriptor, Watcher& watcher) = 0;

    /// Destroys a watcher that waits for nothing any more at the end of this turn: it may be on the
    /// stack now.
    void dispose(std::unique_ptr<Watcher> watcher) { disposed_.push_back(std::move(watcher)); }

    /// Room for one read, shared by everybody on this loop: what stands in it is good until the
    /// next read.
    [[nodiscard]] std::span<char> scratch() { return scratch_; }

    /// The present time as RFC 9110 wants it; made once a second.
    [[nodiscard]] std::string_view date();

protected:
    [[nodiscard]] bool has_disposed() const { return !disposed_.empty(); }
    void destroy_disposed() { disposed_.clear(); }

private:
    static constexpr std::size_t kScratchBytes = 64u << 10;

    std::vector<std::unique_ptr<Watcher>> disposed_;
    std::vector<char> scratch_;
    std::string date_;
    std::int64_t date_second_ = 0;
};

/// The event loop of one worker: epoll, an eventfd for what other threads post, and the timers.
class EventLoop : public WireLoop {
public:
    EventLoop();
    ~EventLoop() override;
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    [[nodiscard]] base::Time now() const override { return now_; }
    void post(std::function<void()> work) override;
    [[nodiscard]] std::uint64_t random() override { return random_(); }

    [[nodiscard]] base::Result<std::unique_ptr<Wire>> connect(const std::string& address,
                                                              std::uint16_t port) override;
    void add(int descriptor, Watcher& watcher) override;
    void remove(int descriptor, Watcher& watcher) override;

    /// Runs turns until stop().
    void run();
    /// Ends run() after the present turn. Safe from any thread.
    void stop();

    /// Descriptors that somebody waits for.
    [[nodiscard]] std::size_t watched() const { return watched_; }

private:
    struct Event {
        Watcher* watcher;
        std::uint32_t events;
    };

    void turn();
    [[nodiscard]] int wait_ms() const;
    void dispatch();
    void run_posted();

    static constexpr int kEventsMax = 512;

    int epoll_ = -1;
    int wakeup_ = -1;
    base::Time now_;
    std::mt19937_64 random_;
    std::vector<Event> events_;
    std::size_t watched_ = 0;
    std::atomic<bool> stopping_{false};
    std::mutex posted_mutex_;  // held for a push or a swap; other threads post, the loop takes
    std::vector<std::function<void()>> posted_;
};

}  // namespace aggregator::net
