// The part of Http1Connection that gives up on clients: one timer, armed for the earliest end of a
// wait and looked at again when it fires, so that progress costs no more than noting the time.
#include <algorithm>

#include "net/http1_connection.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using base::HeldKind;
using base::Time;

constexpr auto kLingerTime = std::chrono::seconds(2);
constexpr base::Duration kClientHandshakeTime = std::chrono::seconds(10);
// Heads are short: below this a request in flight is not worth a place in the ledger.
constexpr std::size_t kRequestBytesUncounted = 16u << 10;

Time after(Time when, base::Duration limit) {
    return limit > base::Duration::zero() ? when + limit : Time::max();
}

}  // namespace

Time Http1Connection::due() const {
    const auto& options = server_.options_;
    switch (phase_) {
        case Phase::Handshake:
            return std::min(active_ + kClientHandshakeTime,
                            after(active_, options.read_header_timeout));
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

Time Http1Connection::exchange_due() const {
    const auto& options = server_.options_;
    Time due = after(exchange_.began(), options.write_timeout);
    if (!out_.empty()) {
        due = std::min(due, after(taken_, options.stall_timeout));
    }
    if (exchange_.awaits_body() && !parser_.complete()) {
        due = std::min(due, after(exchange_.began(), options.read_timeout));
        if (body_awaited_) {
            due = std::min(due, after(active_, options.stall_timeout));
        }
    }
    return due;
}

void Http1Connection::watch() {
    const Time when = due();
    if (when != Time::max() && (!timer_.armed() || when < timer_.when())) {
        timer_.start_at(when);
    }
}

void Http1Connection::on_timer() {
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

void Http1Connection::on_exchange_timer() {
    const auto& options = server_.options_;
    if (loop_.now() >= after(exchange_.began(), options.write_timeout)) {
        return close();
    }
    if (!out_.empty() && loop_.now() >= after(taken_, options.stall_timeout)) {
        if (wire_->untaken() < untaken_) {
            return note_unread();  // it reads, only not so much that the wire has room
        }
        exchange_.note_failure(Code::ClientStalled);
        return close();
    }
    exchange_.body_is_late();
    if (phase_ == Phase::Exchange) {
        watch();
    }
}

void Http1Connection::note_unread() {
    if (out_.empty()) {
        return release();
    }
    taken_ = loop_.now();
    untaken_ = wire_->untaken();
    hold(HeldKind::Reply, out_.size());
    watch();
}

void Http1Connection::note_request() {
    const std::size_t bytes = input_.capacity() + exchange_.target_bytes();
    if (bytes > kRequestBytesUncounted) {
        return hold(HeldKind::Body, bytes);
    }
    release();
}

void Http1Connection::give_up(HeldKind kind) {
    if (kind == HeldKind::Body && !exchange_.replied()) {
        exchange_.clear();
        return refuse({Code::MemoryFull, "the memory for requests is used up"});
    }
    if (kind == HeldKind::Reply || kind == HeldKind::Body) {
        exchange_.note_failure(Code::MemoryFull);
    }
    close();
}

void Http1Connection::turn_away() {
    turned_away_ = true;
    refuse({Code::TooManyConnections, "too many open connections"});
}

}  // namespace aggregator::net
