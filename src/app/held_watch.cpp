#include "app/held_watch.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace aggregator::app {
namespace {

constexpr auto kPause = std::chrono::seconds(10);

}  // namespace

HeldWatch::HeldWatch(base::Loop& loop, base::Log& log, const base::HeldBudget& budget)
    : loop_(loop), log_(log), budget_(budget) {
    loop.held().watch_with([this](auto kind, std::uint64_t bytes) { note(kind, bytes); });
}

void HeldWatch::note(base::HeldKind kind, std::uint64_t bytes) {
    ++given_up_;
    if (warned_ != base::Time::min() && loop_.now() < warned_ + kPause) {
        return;
    }
    warned_ = loop_.now();
    log_.write(base::LogLevel::Warning,
               "max_held_bytes is used up: what has waited longest for its peer is given up",
               {{"kind", base::name_of(kind)},
                {"bytes", std::to_string(bytes), false},
                {"max_held_bytes", std::to_string(budget_.bytes_max()), false},
                {"given_up", std::to_string(std::exchange(given_up_, 0)), false}});
}

}  // namespace aggregator::app
