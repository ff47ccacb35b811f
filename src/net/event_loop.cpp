#include <aggregator/net/loop.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <string>
#include <utility>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <aggregator/base/assert.hpp>
#include <aggregator/http/serializer.hpp>
#include "net/socket.hpp"

namespace aggregator::net {
namespace {

std::uint32_t translate(std::uint32_t epoll_events) {
    std::uint32_t events = 0;
    if ((epoll_events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
        events |= Watcher::kReadable;
    }
    if ((epoll_events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) {
        events |= Watcher::kWritable;
    }
    if ((epoll_events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
        events |= Watcher::kHangup;
    }
    return events;
}

}  // namespace

WireLoop::WireLoop() : scratch_(kScratchBytes) {}

WireLoop::~WireLoop() = default;

EventLoop::EventLoop()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wakeup_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      now_(base::Clock::now()),
      random_(std::random_device{}()) {
    AGG_ASSERT(epoll_ >= 0 && wakeup_ >= 0);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.ptr = nullptr;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wakeup_, &event);
}

EventLoop::~EventLoop() {
    ::close(wakeup_);
    ::close(epoll_);
}

void EventLoop::add(int descriptor, Watcher& watcher) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &watcher;
    [[maybe_unused]] const int failed = ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
    AGG_ASSERT(failed == 0);
    ++watched_;
}

void EventLoop::remove(int descriptor, Watcher& watcher) {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
    for (Event& event : events_) {
        if (event.watcher == &watcher) {
            event.watcher = nullptr;
        }
    }
    --watched_;
}

base::Result<std::unique_ptr<Wire>> EventLoop::connect(const std::string& address,
                                                       std::uint16_t port) {
    return Socket::connect(*this, address, port);
}

void EventLoop::post(std::function<void()> work) {
    {
        const std::lock_guard lock(posted_mutex_);
        posted_.push_back(std::move(work));
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wakeup_, &one, sizeof one);
}

void EventLoop::stop() {
    stopping_.store(true, std::memory_order_relaxed);
    post([] {});
}

void EventLoop::run() {
    while (!stopping_.load(std::memory_order_relaxed)) {
        turn();
    }
    stopping_.store(false, std::memory_order_relaxed);
}

int EventLoop::wait_ms() const {
    const auto next = const_cast<EventLoop*>(this)->timers().next();
    if (!next) {
        return -1;
    }
    const auto left = *next - base::Clock::now();
    if (left <= base::Duration::zero()) {
        return 0;
    }
    // Rounded up: waking a little early would mean a second turn for the same timer.
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    return static_cast<int>(std::min<std::int64_t>(ms, 60'000));
}

void EventLoop::turn() {
    std::array<epoll_event, kEventsMax> ready;
    const int count =
        ::epoll_wait(epoll_, ready.data(), kEventsMax, has_disposed() ? 0 : wait_ms());
    now_ = base::Clock::now();
    events_.clear();
    bool woken = false;
    for (int i = 0; i < count; ++i) {
        const auto& event = ready[static_cast<std::size_t>(i)];
        if (event.data.ptr == nullptr) {
            woken = true;
        } else {
            events_.push_back({static_cast<Watcher*>(event.data.ptr), translate(event.events)});
        }
    }
    dispatch();
    timers().fire_due(now_);
    if (woken) {
        run_posted();
    }
    destroy_disposed();
}

void EventLoop::dispatch() {
    // By index: a handler may null later entries, never add any.
    for (std::size_t i = 0; i < events_.size(); ++i) {
        if (Watcher* watcher = std::exchange(events_[i].watcher, nullptr)) {
            watcher->on_ready(events_[i].events);
        }
    }
}

void EventLoop::run_posted() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto taken = ::read(wakeup_, &count, sizeof count);
    std::vector<std::function<void()>> work;
    {
        const std::lock_guard lock(posted_mutex_);
        work.swap(posted_);
    }
    for (auto& item : work) {
        item();
    }
}

std::string_view WireLoop::date() {
    const auto second = static_cast<std::int64_t>(std::time(nullptr));
    if (second != date_second_) {
        date_second_ = second;
        date_ = http::http_date(second);
    }
    return date_;
}

}  // namespace aggregator::net
