#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/address.hpp"
#include "net/host_list.hpp"
#include "net/location.hpp"

namespace aggregator::net {

/// What a call needs besides its request when it is redirected. Owned by the call; made with the
/// first redirect, or from the start if a streamed body may have to be sent again.
struct Redirect {
    explicit Redirect(Pools& owner) : pools(owner) {}
    ~Redirect() {
        if (host.pool != nullptr) {
            pools.let_go(*host.pool);
        }
    }
    Redirect(const Redirect&) = delete;
    Redirect& operator=(const Redirect&) = delete;

    /// Where to go now.
    void go(const Origin& origin, const std::string& purpose) {
        Pool* const before = host.pool;
        host = {.origin = origin, .pool = &pools.hold_unlisted(origin, purpose)};
        if (before != nullptr) {
            pools.let_go(*before);
        }
    }

    /// Notes a piece of a streamed body, up to the limit.
    void hold(std::string_view bytes, std::uint64_t bytes_max) {
        if (!holds_all || held.size() + bytes.size() > bytes_max) {
            return drop_held();
        }
        held.append(bytes);
    }
    /// The body cannot be sent again from now on, or need not be.
    void drop_held() {
        holds_all = false;
        std::string().swap(held);
    }

    Pools& pools;
    HostEntry host{};  ///< no pool: the call has not been redirected yet
    Location next{};   ///< once the redirect's own body is read
    unsigned followed = 0;
    Origin home{};                         ///< of the host that got the request first
    std::optional<RedirectGuard> guard{};  ///< of the connection to `host`, unless it is home
    bool from_afar = false;                ///< a redirect came from no near address
    bool drops_body = false;               ///< the next request is a GET without a body
    bool reading_off = false;              ///< a redirect's body is being read and dropped
    bool left_home = false;                ///< credentials are not sent any more
    bool own_referer = false;              ///< the request came with one
    bool holds_all = false;                ///< `held` is what was sent of a streamed body
    std::string held{};
};

}  // namespace aggregator::net
