#include <aggregator/cache/flights.hpp>

#include <algorithm>
#include <utility>

#include <aggregator/base/hash.hpp>

namespace aggregator::cache {

namespace {

constexpr Duration kUnsharedFor = Seconds(10);

}  // namespace

std::size_t KeyHash::operator()(std::string_view key) const {
    return static_cast<std::size_t>(base::hash64(key));
}

void Waiter::stop() {
    if (flight_ != nullptr) {
        std::erase(flight_->waiters_, this);
        flight_ = nullptr;
    }
}

Flight* Flights::find(std::string_view key) const {
    const auto found = under_way_.find(key);
    return found == under_way_.end() ? nullptr : found->second;
}

bool Flights::may_share(std::string_view key, Time now) const {
    const std::uint64_t hash = base::hash64(key);
    const Unshared& known = unshared_[hash % kMemory];
    return known.hash != hash || now >= known.until;
}

void Flights::note_unshared(std::string_view key, Time now) {
    const std::uint64_t hash = base::hash64(key);
    unshared_[hash % kMemory] = {hash, now + kUnsharedFor};
}

Flight::Flight(Flights& flights, std::string_view key) : flights_(flights), key_(key) {
    flights_.under_way_[key_] = this;
}

void Flight::join(Waiter& waiter) {
    waiter.flight_ = this;
    waiters_.push_back(&waiter);
}

void Flight::land(const EntryPtr& entry) {
    if (std::exchange(landed_, true)) {
        return;
    }
    const auto known = flights_.under_way_.find(key_);
    if (known != flights_.under_way_.end() && known->second == this) {
        flights_.under_way_.erase(known);
    }
    for (Waiter* const waiter : std::exchange(waiters_, {})) {
        waiter->flight_ = nullptr;
        waiter->landed(entry);
    }
}

}  // namespace aggregator::cache
