// How long a name that the system has resolved is believed.
#include <aggregator/net/resolver.hpp>

#include <doctest/doctest.h>

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

using namespace aggregator;
using namespace std::chrono_literals;

namespace {

/// A loop that is moved by hand; a resolver's threads post to it.
class Desk final : public base::Loop {
public:
    [[nodiscard]] base::Time now() const override { return now_; }
    void post(std::function<void()> work) override {
        const std::lock_guard lock(mutex_);
        posted_.push_back(std::move(work));
        filled_.notify_one();
    }
    [[nodiscard]] std::uint64_t random() override { return 0; }

    void advance(base::Duration by) { now_ += by; }
    /// Waits for the next post and runs it.
    void take() {
        std::unique_lock lock(mutex_);
        filled_.wait(lock, [this] { return !posted_.empty(); });
        const auto work = std::move(posted_.front());
        posted_.pop_front();
        lock.unlock();
        work();
    }

private:
    base::Time now_{1h};
    std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<std::function<void()>> posted_;
};

/// NameServer behind a resolver of one thread, so that its answers come in the order of the
/// questions.
struct NameServer {
    net::Resolver resolver{1};
    Desk desk;
    net::NameCache cache{resolver, desk, 30s};
    std::unique_ptr<net::NameCache::Wait> wait;

    bool knows() {
        return cache.find("localhost", wait, [](const auto&) {}) != nullptr;
    }
    /// How many answers came for what was asked up to now.
    int answers() {
        bool reached = false;
        resolver.look_up("127.0.0.1", desk, [&reached](const auto&) { reached = true; });
        int taken = -1;
        while (!reached) {
            desk.take();
            ++taken;
        }
        return taken;
    }
};

}  // namespace

TEST_CASE("resolver: with its end no thread of it that waits for questions is left") {
    const auto threads = [] {
        const std::filesystem::directory_iterator tasks("/proc/self/task");
        return std::distance(begin(tasks), end(tasks));
    };
    const auto before = threads();
    int left = 0;
    for (int i = 0; i < 50; ++i) {
        {
            NameServer names;
            CHECK(names.answers() == 0);
        }
        left += threads() == before ? 0 : 1;
    }
    // The kernel may list a thread for a moment after it was joined.
    CHECK(left < 10);
}

TEST_CASE_FIXTURE(NameServer,
                  "resolver: a name is looked up once, however often it is used in its time") {
    CHECK(!knows());
    CHECK(!knows());
    CHECK(answers() == 1);
    CHECK(knows());
    desk.advance(30s - 1ns);
    CHECK(knows());
    CHECK(answers() == 0);
}

TEST_CASE_FIXTURE(NameServer,
                  "resolver: a name whose time is over is used, and looked up each time") {
    CHECK(!knows());
    CHECK(answers() == 1);
    for (int i = 0; i < 3; ++i) {
        desk.advance(30s);
        CHECK(knows());
        CHECK(knows());
        CHECK(answers() == 1);
    }
}
