#include <aggregator/net/pools.hpp>

#include <algorithm>
#include <utility>

#include "net/address.hpp"
#include "net/pool.hpp"

namespace aggregator::net {

struct Pools::Entry {
    std::string purpose;
    Pool pool;
    std::size_t holders = 0;
    std::uint64_t left = 0;  // the departure of its last holder
};

Pools::Pools(const Context& context, PoolOptions options)
    : context_(context), options_(std::move(options)), sweep_(context.loop, [this] { sweep(); }) {}

Pools::~Pools() = default;

Pool& Pools::hold(const Origin& origin, const std::string& purpose) {
    for (auto& entry : entries_) {
        const Origin& known = entry->pool.origin();
        if (entry->purpose == purpose && known.tls == origin.tls && known.name == origin.name &&
            known.port == origin.port && known.authority == origin.authority &&
            known.addresses == origin.addresses) {
            ++entry->holders;
            return entry->pool;
        }
    }
    entries_.push_back(std::unique_ptr<Entry>(new Entry{purpose, Pool(*this, origin), 1}));
    return entries_.back()->pool;
}

void Pools::let_go(Pool& pool) {
    const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                    [&pool](const auto& one) { return &one->pool == &pool; });
    if (--(*entry)->holders == 0) {
        (*entry)->left = ++departures_;
        sweep_.start(base::Duration::zero());
    }
}

void Pools::forbid(const std::string& address, std::uint16_t port) {
    forbidden_ = std::make_unique<ForbiddenListener>(
        ForbiddenListener{parse_address(address).value_or(Address{}), port});
}

Pools::Entry* Pools::longest_unheld() {
    std::uint32_t unheld = 0;
    Entry* longest = nullptr;
    for (const auto& entry : entries_) {
        if (entry->holders > 0) {
            continue;
        }
        ++unheld;
        if (longest == nullptr || entry->left < longest->left) {
            longest = entry.get();
        }
    }
    return unheld > options_.unheld_max ? longest : nullptr;
}

// In a turn of its own, so that no connection of a pool that goes is on the stack.
void Pools::sweep() {
    std::erase_if(entries_,
                  [](const auto& entry) { return entry->holders == 0 && entry->pool.empty(); });
    while (const Entry* const surplus = longest_unheld()) {
        std::erase_if(entries_, [surplus](const auto& entry) { return entry.get() == surplus; });
    }
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
    for (auto& entry : entries_) {
        entry->pool.close_idle();
    }
}

}  // namespace aggregator::net
