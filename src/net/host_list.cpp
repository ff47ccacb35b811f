#include "net/host_list.hpp"

#include <algorithm>
#include <utility>

#include "net/pool.hpp"

namespace aggregator::net {

HostList::HostList(Pools& pools, std::string purpose)
    : pools_(pools), purpose_(std::move(purpose)) {}

HostList::~HostList() {
    for (const auto& host : hosts_) {
        pools_.let_go(*host->pool);
    }
}

void HostList::set(const std::vector<Origin>& origins) {
    order_.clear();
    for (const auto& host : hosts_) {
        host->listed = false;
    }
    for (const Origin& origin : origins) {
        Host& host = host_of(origin);
        host.listed = true;
        order_.push_back(&host);
    }
    next_ = next_ < order_.size() ? next_ : 0;
    std::vector<Host*> gone;
    for (const auto& host : hosts_) {
        if (!host->listed) {
            host->pool->close_idle();
            gone.push_back(host.get());
        }
    }
    for (Host* host : gone) {
        forget(*host);
    }
}

Host& HostList::host_of(const Origin& origin) {
    Pool& pool = pools_.hold(origin, purpose_);
    for (const auto& host : hosts_) {
        if (host->pool == &pool && host->origin.prefix == origin.prefix) {
            pools_.let_go(pool);  // once is enough
            return *host;
        }
    }
    hosts_.push_back(std::make_unique<Host>(Host{.origin = origin, .pool = &pool}));
    return *hosts_.back();
}

Host& HostList::take(Turn& turn) {
    turn = {.place = next_};
    next_ = next_ + 1 < order_.size() ? next_ + 1 : 0;
    Host& host = *order_[turn.place];
    ++host.calls;
    return host;
}

Host* HostList::instead(Host& refused, Turn& turn) {
    while (turn.passed < order_.size()) {
        ++turn.passed;
        turn.place = turn.place + 1 < order_.size() ? turn.place + 1 : 0;
        Host* const other = order_[turn.place];
        if (other != &refused) {
            ++other->calls;
            let_go(refused);
            return other;
        }
    }
    return nullptr;
}

void HostList::let_go(Host& host) {
    --host.calls;
    if (!host.listed) {
        host.pool->close_idle();
        forget(host);
    }
}

void HostList::forget(Host& host) {
    if (host.calls > 0) {
        return;
    }
    pools_.let_go(*host.pool);
    std::erase_if(hosts_, [&host](const auto& one) { return one.get() == &host; });
}

}  // namespace aggregator::net
