#include "app/expiry_watch.hpp"

#include <chrono>
#include <utility>

namespace aggregator::app {
namespace {

constexpr auto kLookEvery = std::chrono::minutes(1);
constexpr std::int64_t kSoon = std::chrono::nanoseconds(std::chrono::hours(1)).count();
constexpr std::int64_t kSecond = std::chrono::nanoseconds(std::chrono::seconds(1)).count();

}  // namespace

ExpiryWatch::ExpiryWatch(base::Loop& loop, base::Log& log, const plan::Plan& plan, Clock clock)
    : log_(log), plan_(plan), clock_(std::move(clock)), timer_(loop, [this] { look(); }) {}

void ExpiryWatch::put(const admin::LiveShadow& shadow) {
    remove(shadow.shadow->rules->id);
    watched_.push_back({.shadow = shadow});
    timer_.start({});
}

void ExpiryWatch::remove(const std::string& id) {
    std::erase_if(watched_,
                  [&id](const Watched& one) { return one.shadow.shadow->rules->id == id; });
}

void ExpiryWatch::look() {
    const std::int64_t now = clock_();
    for (Watched& one : watched_) {
        const std::int64_t expires = one.shadow.controls->expires.load(std::memory_order_relaxed);
        if (expires != std::exchange(one.expires, expires)) {
            one.told = Told::Nothing;
        }
        if (expires == 0 || expires - now > kSoon) {
            continue;
        }
        tell(one, expires > now ? Told::Soon : Told::Over);
    }
    timer_.start(kLookEvery);
}

void ExpiryWatch::tell(Watched& watched, Told what) {
    if (std::exchange(watched.told, what) == what) {
        return;
    }
    const plan::Endpoint& endpoint = plan_.endpoints[watched.shadow.endpoint];
    const std::string route = endpoint.method + " " + endpoint.pattern;
    const std::string seconds = std::to_string((watched.expires - clock_()) / kSecond);
    log_.write(base::LogLevel::Warning,
               what == Told::Soon ? "a shadow stops soon" : "a shadow has expired",
               {{"endpoint", route},
                {"shadow", watched.shadow.shadow->rules->config.name},
                {"in_seconds", seconds, false}});
}

}  // namespace aggregator::app
