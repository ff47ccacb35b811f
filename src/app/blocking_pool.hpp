#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace aggregator::app {

/// Threads for work that blocks or takes long: password hashes, files. What waits for one is
/// bounded. The threads begin with the first job. Safe from any thread.
class BlockingPool {
public:
    static constexpr unsigned kThreads = 2;
    static constexpr std::size_t kWaitingMax = 256;

    BlockingPool() = default;
    ~BlockingPool();
    BlockingPool(const BlockingPool&) = delete;
    BlockingPool& operator=(const BlockingPool&) = delete;

    /// Runs `job` on one of the threads; false, and it never runs, if too many wait or the pool is
    /// at its end.
    [[nodiscard]] bool work(std::function<void()> job);
    /// Ends the threads after the jobs that they are at; those that wait never run.
    void stop();

private:
    void run();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> waiting_;
    bool is_over_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace aggregator::app
