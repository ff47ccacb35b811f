#include <aggregator/base/loop.hpp>

#include <utility>

#include <aggregator/base/assert.hpp>
#include <aggregator/base/held.hpp>

namespace aggregator::base {

Loop::Loop() : held_(std::make_unique<HeldLedger>(*this)) {}

Loop::~Loop() = default;

Timer::Timer(Loop& loop, std::function<void()> fire) : loop_(loop), fire_(std::move(fire)) {}

Timer::~Timer() {
    stop();
    if (gone_ != nullptr) {
        *gone_ = true;
    }
}

void Timer::start(Duration delay) { start_at(loop_.now() + delay); }

void Timer::start_at(Time when) {
    stop();
    loop_.timers().insert(*this, when);
}

void Timer::stop() {
    if (armed()) {
        loop_.timers().remove(*this);
    }
}

bool TimerQueue::before(const Timer& a, const Timer& b) {
    return a.when_ != b.when_ ? a.when_ < b.when_ : a.order_ < b.order_;
}

void TimerQueue::place(std::size_t slot, Timer* timer) {
    heap_[slot] = timer;
    timer->slot_ = slot;
}

void TimerQueue::sift_up(std::size_t slot) {
    Timer* moving = heap_[slot];
    while (slot > 0) {
        const std::size_t parent = (slot - 1) / 2;
        if (!before(*moving, *heap_[parent])) {
            break;
        }
        place(slot, heap_[parent]);
        slot = parent;
    }
    place(slot, moving);
}

void TimerQueue::sift_down(std::size_t slot) {
    Timer* moving = heap_[slot];
    for (;;) {
        std::size_t child = 2 * slot + 1;
        if (child >= heap_.size()) {
            break;
        }
        if (child + 1 < heap_.size() && before(*heap_[child + 1], *heap_[child])) {
            ++child;
        }
        if (!before(*heap_[child], *moving)) {
            break;
        }
        place(slot, heap_[child]);
        slot = child;
    }
    place(slot, moving);
}

void TimerQueue::insert(Timer& timer, Time when) {
    AGG_ASSERT(!timer.armed());
    timer.when_ = when;
    timer.order_ = ++starts_;
    heap_.push_back(&timer);
    sift_up(heap_.size() - 1);
}

void TimerQueue::remove(Timer& timer) {
    const std::size_t slot = timer.slot_;
    AGG_ASSERT(slot < heap_.size() && heap_[slot] == &timer);
    timer.slot_ = Timer::kNone;
    Timer* last = heap_.back();
    heap_.pop_back();
    if (last == &timer) {
        return;
    }
    place(slot, last);
    sift_up(slot);
    sift_down(last->slot_);
}

void TimerQueue::fire_due(Time now) {
    // What is started while this runs has a higher order and waits, so that a timer that restarts
    // itself with no delay cannot keep the loop here.
    const std::uint64_t newest = starts_;
    while (!heap_.empty() && heap_.front()->when_ <= now && heap_.front()->order_ <= newest) {
        Timer& timer = *heap_.front();
        remove(timer);
        // The callback may destroy the timer and with it the function that runs.
        auto fire = std::move(timer.fire_);
        bool gone = false;
        timer.gone_ = &gone;
        fire();
        if (!gone) {
            timer.gone_ = nullptr;
            timer.fire_ = std::move(fire);
        }
    }
}

std::optional<Time> TimerQueue::next() const {
    if (heap_.empty()) {
        return std::nullopt;
    }
    return heap_.front()->when_;
}

}  // namespace aggregator::base
