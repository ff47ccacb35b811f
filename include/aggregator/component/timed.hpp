#pragma once

#include <aggregator/component/component.hpp>
#include <aggregator/http/message.hpp>

namespace aggregator::component {

/// The request with the end of its endpoint's time in it, which counts from now unless it has begun
/// already. For components that let a request wait before the endpoint sees it: the wait takes of
/// the endpoint's `timeout`, and backends get what is left. Views what the request views.
[[nodiscard]] inline http::Request timed(const Wiring& wiring, const http::Request& request) {
    http::Request timed = request;
    if (timed.deadline == base::Time{}) {
        timed.deadline = wiring.loop.now() + wiring.endpoint->timeout;
    }
    return timed;
}

/// The request for a call that no client waits for: without what belongs to the client's call, and
/// with the endpoint's whole time from now on.
[[nodiscard]] inline http::Request detached(const Wiring& wiring, const http::Request& request) {
    http::Request alone = request;
    alone.record = nullptr;
    alone.follower = nullptr;
    alone.asked = nullptr;
    alone.deadline = wiring.loop.now() + wiring.endpoint->timeout;
    return alone;
}

}  // namespace aggregator::component
