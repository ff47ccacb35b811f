#include "net/pool.hpp"

#include <string>
#include <utility>

#include <aggregator/base/assert.hpp>
#include "net/location.hpp"

namespace aggregator::net {
namespace {

constexpr auto kComplaintPause = std::chrono::seconds(10);

}  // namespace

Pool::Pool(Pools& pools, Origin origin)
    : pools_(pools),
      origin_(std::move(origin)),
      proxy_(pools.options().proxies ? pools.options().proxies->choose(origin_) : nullptr) {
    if (proxy_ != nullptr && !origin_.tls) {
        front_ = url_of(origin_, {});
    }
}

Pool::~Pool() {
    while (!all_.empty()) {
        all_.back()->close();
    }
}

Upstream& Pool::acquire(UpstreamUser& user, Wanted wanted, const RedirectGuard* guard) {
    while (wanted == Wanted::Any && !idle_.empty() && idle_.back()->is_within(guard)) {
        Upstream& kept = *idle_.back();
        if (!kept.is_clean()) {
            kept.close();
            continue;
        }
        idle_.pop_back();
        pools_.count_idle(-1);
        kept.idle_index = kNotIdle;
        kept.take_up(user);
        return kept;
    }
    auto upstream = std::make_unique<Upstream>(*this);
    Upstream& made = *upstream;
    made.index = all_.size();
    made.idle_index = kNotIdle;
    all_.push_back(std::move(upstream));
    made.open(user, guard);
    return made;
}

void Pool::release(Upstream& upstream) {
    const PoolOptions& options = pools_.options();
    const bool full = pools_.idle() >= options.idle_total_max;
    if (full || idle_.size() >= options.idle_max) {
        return upstream.close();
    }
    pools_.count_idle(1);
    upstream.idle_index = idle_.size();
    idle_.push_back(&upstream);
}

void Pool::remove(Upstream& upstream) {
    if (upstream.idle_index != kNotIdle) {
        idle_[upstream.idle_index] = idle_.back();
        idle_[upstream.idle_index]->idle_index = upstream.idle_index;
        idle_.pop_back();
        pools_.count_idle(-1);
    }
    const std::size_t index = upstream.index;
    auto leaving = std::move(all_[index]);
    AGG_ASSERT(leaving.get() == &upstream);
    if (index + 1 != all_.size()) {
        all_[index] = std::move(all_.back());
        all_[index]->index = index;
    }
    all_.pop_back();
    pools_.context().loop.dispose(std::move(leaving));
}

void Pool::unreachable(const base::Error& error) {
    const auto& context = pools_.context();
    ++failures_;
    if (context.loop.now() - complained_ < kComplaintPause) {
        return;
    }
    complained_ = context.loop.now();
    const std::string failures = std::to_string(std::exchange(failures_, 0));
    context.log.write(base::LogLevel::Warning, "a backend cannot be reached",
                      {{"host", origin_.authority},
                       {"error", base::row(error.code).name},
                       {"detail", error.detail},
                       {"failures", failures, false}});
}

void Pool::close_idle() {
    while (!idle_.empty()) {
        idle_.back()->close();
    }
}

}  // namespace aggregator::net
