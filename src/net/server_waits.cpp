// The part of ServerConnection that gives up on clients: one timer, armed for the earliest end of a
// wait and looked at again when it fires, so that progress costs no more than noting the time.
#include <algorithm>

#include "net/server_connection.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using base::HeldKind;
using base::Time;

constexpr auto kLingerTime = std::chrono::seconds(2);
constexpr base::Duration kHandshakeTime = std::chrono::seconds(10);

Time after(Time when, base::Duration limit) {
    return limit > base::Duration::zero() ? when + limit : Time::max();
}

}  // namespace

Time ServerConnection::due() const {
    const auto& options = server_.options_;
    switch (phase_) {
        case Phase::Handshake:
            return std::min(active_ + kHandshakeTime, after(active_, options.read_header_timeout));
        case Phase::Head:
            return after(active_, holds(HeldKind::Head) ? options.read_header_timeout
                                                        : options.idle_timeout);
        case Phase::Exchange:
            return exchange_due();
        case Phase::Linger:
            return active_ + kLingerTime;
        case Phase::Closed:
            break;
    }
    return Time::max();
}

Time ServerConnection::exchange_due() const {
    const auto& options = server_.options_;
    Time due = after(began_, options.write_timeout);
    if (!out_.empty()) {
        due = std::min(due, after(taken_, options.stall_timeout));
    }
    if (request_.stream != nullptr && !body_late_ && !parser_.complete()) {
        due = std::min(due, after(began_, options.read_timeout));
        if (body_awaited_) {
            due = std::min(due, after(active_, options.stall_timeout));
        }
    }
    return due;
}

void ServerConnection::watch() {
    const Time when = due();
    if (when != Time::max() && (!timer_.armed() || when < timer_.when())) {
        timer_.start_at(when);
    }
}

void ServerConnection::on_timer() {
    if (loop_.now() < due()) {
        return watch();
    }
    switch (phase_) {
        case Phase::Head:
            return holds(HeldKind::Head)
                       ? refuse({Code::RequestTimeout, "the request's head did not come in time"})
                       : close();
        case Phase::Exchange:
            return on_exchange_timer();
        case Phase::Handshake:
            note_failed_handshake({Code::RequestTimeout, "it was not finished in time"});
            return close();
        case Phase::Linger:
        case Phase::Closed:
            return close();
    }
}

void ServerConnection::on_exchange_timer() {
    const auto& options = server_.options_;
    if (loop_.now() >= after(began_, options.write_timeout)) {
        return close();
    }
    if (!out_.empty() && loop_.now() >= after(taken_, options.stall_timeout)) {
        if (wire_->untaken() < untaken_) {
            return note_unread();  // it reads, only not so much that the wire has room
        }
        server_.context_.counters.count(Code::ClientStalled);
        record_.failure = Code::ClientStalled;
        return close();
    }
    body_is_late();
}

void ServerConnection::body_is_late() {
    body_late_ = true;
    watch();
    if (wake_) {
        const auto wake = wake_;  // it may destroy itself
        wake();
    }
}

void ServerConnection::note_unread() {
    if (out_.empty()) {
        return release();
    }
    taken_ = loop_.now();
    untaken_ = wire_->untaken();
    hold(HeldKind::Reply, out_.size());
    watch();
}

void ServerConnection::give_up(HeldKind kind) {
    if (kind == HeldKind::Reply) {
        server_.context_.counters.count(Code::MemoryFull);
        record_.failure = Code::MemoryFull;
    }
    close();
}

void ServerConnection::turn_away() {
    turned_away_ = true;
    refuse({Code::TooManyConnections, "too many open connections"});
}

}  // namespace aggregator::net
