#include "net/host_list.hpp"

#include <algorithm>
#include <utility>

#include "net/pool.hpp"

namespace aggregator::net {

namespace {

// Names that discovery brought; those beyond have one label together.
constexpr std::size_t kLabelsMax = 256;
constexpr std::string_view kOther = "other";

}  // namespace

HostList::HostList(Pools& pools, std::string purpose, std::shared_ptr<HostHealth> health)
    : pools_(pools), purpose_(std::move(purpose)), health_(std::move(health)) {}

HostList::~HostList() {
    for (const auto& [key, host] : hosts_) {
        pools_.let_go(*host->pool);
    }
}

void HostList::set(const std::vector<Origin>& origins) {
    order_.clear();
    for (const auto& [key, host] : hosts_) {
        host->listed = false;
    }
    for (const Origin& origin : origins) {
        HostEntry& host = host_of(origin);
        host.listed = true;
        order_.push_back(&host);
    }
    next_ = next_ < order_.size() ? next_ : 0;
    std::vector<HostEntry*> gone;
    for (const auto& [key, host] : hosts_) {
        if (!host->listed) {
            host->pool->close_idle();
            gone.push_back(host.get());
        }
    }
    for (HostEntry* host : gone) {
        forget(*host);
    }
    watch_hosts();
}

void HostList::watch_hosts() {
    const auto listed =
        std::ranges::count_if(hosts_, [](const auto& entry) { return entry.second->listed; });
    for (const auto& [key, host] : hosts_) {
        const bool watched = health_ != nullptr && listed > 1 && host->listed;
        host->health =
            watched ? health_->state_of(host->origin.authority + host->origin.prefix) : nullptr;
    }
}

std::string_view HostList::label_of(const Origin& origin) {
    const std::string label = origin.authority + origin.prefix;
    const auto known = labels_.find(label);
    if (known != labels_.end()) {
        return *known;
    }
    return labels_.size() < kLabelsMax ? std::string_view(*labels_.insert(label).first) : kOther;
}

HostEntry& HostList::host_of(const Origin& origin) {
    Pool& pool = pools_.hold(origin, purpose_);
    auto& host = hosts_[{&pool, origin.prefix}];
    if (host != nullptr) {
        pools_.let_go(pool);  // once is enough
    } else {
        host = std::make_unique<HostEntry>(
            HostEntry{.origin = origin, .pool = &pool, .label = label_of(origin)});
    }
    return *host;
}

HostEntry& HostList::take(Turn& turn, std::span<const std::string_view> avoid) {
    turn = {.place = next_};
    if (HostEntry* const other = avoid.empty() ? nullptr : take_other(turn, avoid)) {
        return *other;
    }
    if (order_[next_]->health != nullptr) {
        pass_over(turn);
    }
    next_ = turn.place + 1 < order_.size() ? turn.place + 1 : 0;
    HostEntry& host = *order_[turn.place];
    ++host.calls;
    return host;
}

HostEntry* HostList::take_other(Turn& turn, std::span<const std::string_view> avoid) {
    const base::Time now = pools_.context().loop.now();
    for (std::size_t i = 0; i < order_.size(); ++i) {
        const std::size_t place = (next_ + i) % order_.size();
        HostEntry& host = *order_[place];
        const bool in =
            host.health == nullptr || host.health->standing(now) == HostState::Standing::In;
        if (in && std::ranges::find(avoid, host.label) == avoid.end()) {
            turn.place = place;
            ++host.calls;
            return &host;
        }
    }
    return nullptr;
}

HostEntry* HostList::instead(HostEntry& refused, Turn& turn) {
    turn.trial = false;
    const base::Time now = pools_.context().loop.now();
    for (;;) {
        while (turn.passed < order_.size()) {
            ++turn.passed;
            turn.place = turn.place + 1 < order_.size() ? turn.place + 1 : 0;
            HostEntry* const other = order_[turn.place];
            const bool out =
                other->health != nullptr && other->health->standing(now) != HostState::Standing::In;
            if (other != &refused && out == turn.last_resort) {
                ++other->calls;
                let_go(refused);
                return other;
            }
        }
        if (turn.last_resort || refused.health == nullptr) {
            return nullptr;
        }
        turn.last_resort = true;
        turn.passed = 0;
    }
}

void HostList::pass_over(Turn& turn) {
    const base::Time now = pools_.context().loop.now();
    const std::size_t first = turn.place;
    bool passed = false;
    for (std::size_t i = 0; i < order_.size(); ++i) {
        HostState& state = *order_[turn.place]->health;
        const auto standing = state.standing(now);
        if (standing == HostState::Standing::In) {
            if (passed && state.spared(health_->rules()) && all_are_bad()) {
                break;
            }
            return;
        }
        if (standing == HostState::Standing::Due && state.begin_trial(now, health_->rules())) {
            turn.trial = true;
            return;
        }
        passed = true;
        turn.place = turn.place + 1 < order_.size() ? turn.place + 1 : 0;
    }
    // None is better than another: they are asked in turn, as if nothing were known.
    health_->count_panic();
    turn.place = first;
}

bool HostList::all_are_bad() const {
    const base::Time now = pools_.context().loop.now();
    return std::ranges::all_of(order_, [&](const HostEntry* host) {
        return host->health->standing(now) != HostState::Standing::In ||
               host->health->spared(health_->rules());
    });
}

bool HostList::may_eject() const {
    const base::Time now = pools_.context().loop.now();
    std::size_t listed = 0;
    std::size_t out = 0;
    for (const auto& [key, host] : hosts_) {
        if (host->health != nullptr) {
            ++listed;
            const bool in = host->health->standing(now) == HostState::Standing::In;
            out += in ? std::size_t{0} : std::size_t{1};
        }
    }
    const std::size_t most =
        std::min<std::size_t>(listed * health_->rules().max_ejected / 100, listed - 1);
    return listed > 1 && out < most;
}

void HostList::answered(HostEntry& host, int status, std::optional<base::Duration> took,
                        const Turn& turn) {
    if (host.health == nullptr || !health_->rules().passive) {
        return;
    }
    const auto& statuses = health_->rules().statuses;
    if (std::ranges::find(statuses, status) != statuses.end()) {
        return blame(host, HostFault::Status, turn);
    }
    if (host.health->good()) {
        pools_.context().log.write(base::LogLevel::Info, "a host is asked again",
                                   {{"host", host.label}});
    }
    const bool counts = took && health_->rules().slow_factor > 0 && !turn.trial;
    const auto average =
        counts ? host.health->note_time(*took, health_->rules().slow_calls) : std::nullopt;
    if (average) {
        compare(host, *average, turn);
    }
}

void HostList::compare(HostEntry& host, base::Duration average, const Turn& turn) {
    const base::Time now = pools_.context().loop.now();
    std::vector<base::Duration> others;
    for (const auto& [key, other] : hosts_) {
        if (other.get() != &host && other->health != nullptr &&
            other->health->standing(now) == HostState::Standing::In) {
            if (const auto known = other->health->average()) {
                others.push_back(*known);
            }
        }
    }
    if (others.empty()) {
        return;
    }
    const auto median = others.begin() + static_cast<std::ptrdiff_t>((others.size() - 1) / 2);
    std::ranges::nth_element(others, median);
    if (std::chrono::duration<double>(average) >
        std::chrono::duration<double>(*median) * health_->rules().slow_factor) {
        blame(host, HostFault::Slow, turn);
    }
}

void HostList::failed(HostEntry& host, base::Code code, const Turn& turn) {
    if (host.health == nullptr || !health_->rules().passive) {
        return;
    }
    if (const HostFault* const fault = host_fault_of(code)) {
        return blame(host, *fault, turn);
    }
    given_up(host, turn);
}

void HostList::given_up(HostEntry& host, const Turn& turn) {
    if (host.health != nullptr && turn.trial) {
        host.health->release(pools_.context().loop.now());
    }
}

void HostList::blame(HostEntry& host, HostFault fault, const Turn& turn) {
    const base::Time now = pools_.context().loop.now();
    const HostState::Failure failure{.fault = fault,
                                     .now = now,
                                     .may_eject = may_eject(),
                                     .trial = turn.trial,
                                     .at_once = fault == HostFault::Slow};
    if (host.health->bad(failure, health_->rules()) != HostState::Verdict::Ejected) {
        return;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(host.health->left(now));
    const std::string left_ms = std::to_string(left.count());
    pools_.context().log.write(
        base::LogLevel::Warning, "a host is left out",
        {{"host", host.label}, {"reason", name_of(fault)}, {"for_ms", left_ms, false}});
}

void HostList::let_go(HostEntry& host) {
    --host.calls;
    if (!host.listed) {
        host.pool->close_idle();
        forget(host);
    }
}

void HostList::forget(HostEntry& host) {
    if (host.calls > 0) {
        return;
    }
    pools_.let_go(*host.pool);
    const auto found = hosts_.find({host.pool, host.origin.prefix});
    hosts_.erase(found);
}

}  // namespace aggregator::net
