#pragma once

#include <memory>
#include <string>
#include <vector>

#include <aggregator/net/pools.hpp>
#include "net/address.hpp"
#include "net/upstream.hpp"

namespace aggregator::net {

/// One worker's connections to one origin. The last one that became free is taken first, so that
/// the rest may grow old.
class Pool {
public:
    Pool(Pools& pools, Origin origin);
    ~Pool();

    enum class Wanted : std::uint8_t { Any, Fresh };
    /// A connection for `user`: a kept one if any will do and there is one, else a new one, which
    /// tells its user when it is open. With a guard, it leads only where that lets it.
    [[nodiscard]] Upstream& acquire(UpstreamUser& user, Wanted wanted,
                                    const RedirectGuard* guard = nullptr);

    // For connections:
    void release(Upstream& upstream);  ///< its exchange is over and it can carry another
    void remove(Upstream& upstream);   ///< it is closed
    /// It could not be opened: told in the log, now and then.
    void unreachable(const base::Error& error);
    [[nodiscard]] const Origin& origin() const { return origin_; }
    /// The proxy that its connections go through; null: none.
    [[nodiscard]] const Proxy* proxy() const { return proxy_; }
    /// What stands in front of a target for a proxy that is no tunnel: `http://name:port`; else
    /// empty.
    [[nodiscard]] const std::string& front() const { return front_; }
    /// What each request says to that proxy about who sends it; empty: nothing.
    [[nodiscard]] std::string_view authorization() const {
        return front_.empty() ? std::string_view() : proxy_->authorization;
    }
    [[nodiscard]] Pools& pools() { return pools_; }

    [[nodiscard]] std::size_t idle() const { return idle_.size(); }
    [[nodiscard]] std::size_t open() const { return all_.size(); }
    [[nodiscard]] bool empty() const { return all_.empty(); }
    void close_idle();

private:
    static constexpr std::size_t kNotIdle = ~std::size_t{0};

    Pools& pools_;
    Origin origin_;
    const Proxy* proxy_;
    std::string front_;
    std::vector<std::unique_ptr<Upstream>> all_;
    std::vector<Upstream*> idle_;
    base::Time complained_{};
    std::uint64_t failures_ = 0;  // since then
};

}  // namespace aggregator::net
