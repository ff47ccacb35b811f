#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include <aggregator/base/error.hpp>

namespace aggregator::net {

/// What one step on a non-blocking connection came to, whether it speaks TLS or not.
struct Io {
    enum class State : std::uint8_t {
        Done,    ///< `bytes` were moved (a handshake: it is complete)
        Wait,    ///< nothing can be done before the next event of the descriptor
        Closed,  ///< the peer ended its side in good order
        Failed,  ///< see `error`; the connection is of no more use
    };

    State state = State::Wait;
    std::size_t bytes = 0;
    base::Error error;  ///< only when Failed

    [[nodiscard]] static Io done(std::size_t bytes) { return {State::Done, bytes, {}}; }
    [[nodiscard]] static Io wait() { return {}; }
    [[nodiscard]] static Io closed() { return {State::Closed, 0, {}}; }
    [[nodiscard]] static Io failed(base::Error error) {
        return {State::Failed, 0, std::move(error)};
    }
};

}  // namespace aggregator::net
