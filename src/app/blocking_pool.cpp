#include "app/blocking_pool.hpp"

#include <utility>

namespace aggregator::app {

BlockingPool::~BlockingPool() { stop(); }

bool BlockingPool::work(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        if (is_over_ || waiting_.size() == kWaitingMax) {
            return false;
        }
        waiting_.push_back(std::move(job));
        while (threads_.size() < kThreads) {
            threads_.emplace_back([this] { run(); });
        }
    }
    changed_.notify_one();
    return true;
}

void BlockingPool::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
        waiting_.clear();
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) {
        thread.join();
    }
    threads_.clear();
}

void BlockingPool::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return is_over_ || !waiting_.empty(); });
        if (is_over_) {
            return;
        }
        const auto job = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

}  // namespace aggregator::app
