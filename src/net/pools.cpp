#include <aggregator/net/pools.hpp>

#include <utility>

#include "net/address.hpp"
#include "net/pool.hpp"

namespace aggregator::net {

struct Pools::Entry {
    std::string key;
    std::string purpose;
    Pool pool;
    bool listed = false;  // configured or discovered, not only named by a redirect
    std::size_t holders = 0;
    std::uint64_t left = 0;  // the departure of its last holder
};

namespace {

constexpr base::Metric kConnections{"aggregator_host_connections",
                                    base::MetricKind::Gauge,
                                    "Open connections to each host, kept ones (idle) and those "
                                    "with a call on them (busy), for live "
                                    "calls and for shadows.",
                                    {"host", "purpose", "state"}};
constexpr const base::Metric* kMetrics[] = {&kConnections};

// Authorities and purposes have no line feeds.
std::string key_of(const Origin& origin, const std::string& purpose) {
    std::string key = purpose + '\n' + (origin.tls ? "https" : "http") + '\n' + origin.name + '\n' +
                      std::to_string(origin.port) + '\n' + origin.authority;
    for (const auto& address : origin.addresses) {
        key.append(1, '\n').append(address);
    }
    return key;
}

}  // namespace

Pools::Pools(const Context& context, PoolOptions options)
    : context_(context), options_(std::move(options)), sweep_(context.loop, [this] { sweep(); }) {}

Pools::~Pools() = default;

Pool& Pools::hold(const Origin& origin, const std::string& purpose) {
    Entry& entry = entry_of(origin, purpose);
    entry.listed = true;
    return entry.pool;
}

Pool& Pools::hold_unlisted(const Origin& origin, const std::string& purpose) {
    return entry_of(origin, purpose).pool;
}

Pools::Entry& Pools::entry_of(const Origin& origin, const std::string& purpose) {
    std::string key = key_of(origin, purpose);
    auto& entry = entries_[key];
    if (entry == nullptr) {
        entry.reset(new Entry{std::move(key), purpose, Pool(*this, origin)});
        by_pool_.emplace(&entry->pool, entry.get());
    } else if (entry->holders == 0) {
        unheld_.erase(entry->left);
    }
    ++entry->holders;
    return *entry;
}

void Pools::show(base::Figures& figures) const {
    for (const auto& [key, entry] : entries_) {
        const std::string host = entry->listed ? entry->pool.origin().authority : "(redirects)";
        const base::Labels labels = base::Labels().with(host).with(entry->purpose);
        const std::uint64_t idle = entry->pool.idle();
        figures.show(kConnections, labels.with("idle"), idle);
        figures.show(kConnections, labels.with("busy"), entry->pool.open() - idle);
    }
}

base::Metrics pool_metrics() { return kMetrics; }

void Pools::let_go(Pool& pool) {
    Entry& entry = *by_pool_.at(&pool);
    if (--entry.holders == 0) {
        entry.left = ++departures_;
        unheld_.emplace(entry.left, &entry);
        sweep_.start(base::Duration::zero());
    }
}

void Pools::forbid(const std::string& address, std::uint16_t port) {
    forbidden_ = std::make_unique<ForbiddenListener>(
        ForbiddenListener{parse_address(address).value_or(Address{}), port});
}

// In a turn of its own, so that no connection of a pool that goes is on the stack.
void Pools::sweep() {
    for (auto at = unheld_.begin(); at != unheld_.end();) {
        Entry& entry = *at++->second;
        if (entry.pool.empty()) {
            drop(entry);
        }
    }
    while (unheld_.size() > options_.unheld_max) {
        drop(*unheld_.begin()->second);
    }
}

void Pools::drop(Entry& entry) {
    unheld_.erase(entry.left);
    by_pool_.erase(&entry.pool);
    const auto found = entries_.find(entry.key);
    entries_.erase(found);
}

base::Result<void> Pools::need_tls() {
    if (options_.tls != nullptr) {
        return {};
    }
    if (!options_.late_tls) {
        return base::fail(base::Code::TlsHandshake, "there are no settings for https here");
    }
    auto made = options_.late_tls();
    if (!made) {
        return base::fail(made.error());
    }
    options_.tls = std::move(*made);
    return {};
}

void Pools::close_idle() {
    for (auto& [key, entry] : entries_) {
        entry->pool.close_idle();
    }
}

}  // namespace aggregator::net
