#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "net/wire.hpp"

namespace aggregator::net {

/// A body up to here is copied behind its head, which costs less than to send two texts at once.
inline constexpr std::size_t kCopiedMax = 4u << 10;

/// What a connection still has to send. Bytes that the wire takes at once are never copied.
class Outbox {
public:
    /// Sends now what can be sent, and keeps the rest. False if the connection broke.
    [[nodiscard]] bool send(Wire& wire, std::string_view bytes) {
        if (pending_.empty()) {
            const Io io = wire.write(bytes);
            if (io.state == Io::State::Failed || io.state == Io::State::Closed) {
                return false;
            }
            bytes.remove_prefix(io.bytes);
        }
        pending_.append(bytes);
        return true;
    }

    /// The same for two texts, one behind the other, none of them copied to be sent. For a wire
    /// without TLS.
    [[nodiscard]] bool send_both(Wire& wire, std::string_view first, std::string_view second) {
        if (pending_.empty()) {
            const Io io = wire.write_both(first, second);
            if (io.state == Io::State::Failed || io.state == Io::State::Closed) {
                return false;
            }
            const std::size_t of_first = std::min(io.bytes, first.size());
            first.remove_prefix(of_first);
            second.remove_prefix(io.bytes - of_first);
        }
        pending_.append(first).append(second);
        return true;
    }

    /// Goes on after the wire became writable. False if the connection broke.
    [[nodiscard]] bool flush(Wire& wire) {
        while (!pending_.empty()) {
            const Io io = wire.write(std::string_view(pending_).substr(sent_));
            if (io.state == Io::State::Failed || io.state == Io::State::Closed) {
                return false;
            }
            if (io.state == Io::State::Wait) {
                return true;
            }
            sent_ += io.bytes;
            if (sent_ == pending_.size()) {
                clear();
            }
        }
        return true;
    }

    [[nodiscard]] bool empty() const { return pending_.empty(); }
    /// Bytes that are in memory.
    [[nodiscard]] std::size_t size() const { return pending_.size(); }
    /// Of those: what the wire has taken already.
    [[nodiscard]] std::size_t sent() const { return sent_; }

    void clear() {
        sent_ = 0;
        // A large backlog was an exception; its memory is not kept for an idle connection.
        if (pending_.capacity() > kKept) {
            std::string().swap(pending_);
        } else {
            pending_.clear();
        }
    }

private:
    static constexpr std::size_t kKept = 4096;

    std::string pending_;
    std::size_t sent_ = 0;
};

}  // namespace aggregator::net
