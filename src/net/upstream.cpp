#include "net/upstream.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <aggregator/base/assert.hpp>
#include "net/pool.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using base::Duration;

}  // namespace

Upstream::Upstream(Pool& pool)
    : pool_(pool),
      loop_(pool.pools().context().loop),
      parser_(http::Parser::Role::Response, pool.pools().options().head),
      timer_(loop_, [this] { on_timer(); }) {
    pool.pools().context().counters.upstream_open.add();
    pool.pools().context().counters.upstream_opened.add();
}

Upstream::~Upstream() { close(); }

void Upstream::open(UpstreamUser& user, const RedirectGuard* guard) {
    user_ = &user;
    connector_ = std::make_unique<Connector>(pool_, *this,
                                             [this](auto outcome) { opened(std::move(outcome)); });
    connector_->start(guard);
}

void Upstream::opened(base::Result<Connector::Opened> outcome) {
    if (!outcome) {
        return broken(std::move(outcome.error()));
    }
    connector_.reset();
    wire_ = std::move(outcome->wire);
    readable_ = outcome->readable;
    hangup_ = outcome->hangup;
    phase_ = Phase::Busy;
    moved_ = loop_.now();
    watch();
    user_->on_open();
}

bool Upstream::is_within(const RedirectGuard* guard) const {
    return guard == nullptr || pool_.proxy() != nullptr ||
           guard->check_ends(wire_->own(), wire_->peer(), pool_.origin().port);
}

bool Upstream::leads_near() const {
    const auto address = pool_.proxy() == nullptr ? parse_address(wire_->peer()) : std::nullopt;
    return address && is_near(*address);
}

void Upstream::fail_later(base::Error error) {
    failure_ = std::move(error);
    timer_.start(Duration::zero());
}

void Upstream::on_ready(std::uint32_t events) {
    if (connector_) {
        connector_->on_ready(events);
        // What the backend said before it was asked comes with the same event, and with no other.
        return phase_ == Phase::Busy && !wire_->tls() ? read_busy() : void();
    }
    hangup_ = hangup_ || (events & kHangup) != 0;
    readable_ = readable_ || (events & kReadable) != 0;
    if (phase_ == Phase::Idle) {
        return readable_ ? look_while_idle() : void();
    }
    if ((events & kWritable) != 0 && !out_.empty()) {
        on_writable();
    }
    read_busy();
}

void Upstream::on_writable() {
    const std::size_t sent = out_.sent();
    if (!out_.flush(*wire_)) {
        // What came before the break may be a whole answer: let the reader find the end.
        out_.clear();
        readable_ = true;
    } else if (out_.empty()) {
        moved_ = loop_.now();
        if (user_ != nullptr) {
            user_->on_drained();
        }
    } else if (out_.sent() != sent) {
        note_untaken();
    }
}

void Upstream::read_busy() {
    if (readable_ && phase_ == Phase::Busy && user_ != nullptr) {
        user_->on_readable();
    }
}

void Upstream::look_while_idle() {
    // A backend has nothing to say between requests, unless it is TLS 1.3's: its tickets come when
    // it likes.
    if (wire_->tls() && read().state == Io::State::Wait) {
        return;
    }
    close();
}

void Upstream::send_both(std::string_view first, std::string_view second) {
    AGG_ASSERT(phase_ == Phase::Busy);
    const bool begins = out_.empty();
    const bool apart = second.empty() || wire_->tls();
    const bool sent =
        apart ? out_.send(*wire_, first) && (second.empty() || out_.send(*wire_, second))
              : out_.send_both(*wire_, first, second);
    if (begins) {
        note_untaken();
    }
    if (!sent) {
        // An answer may have come all the same; if not, reading tells how the connection ended.
        out_.clear();
        unsent_ = true;
        fail_later({Code::Reset, pool_.origin().authority + " closed the connection"});
    }
}

void Upstream::note_untaken() {
    moved_ = loop_.now();
    untaken_ = out_.empty() ? 0 : wire_->untaken();
}

void Upstream::tell_later(const base::Error& error) {
    unsent_ = false;
    fail_later(error);
}

Io Upstream::read() {
    const auto room = loop_.scratch();
    Io io = wire_->read(room);
    const bool short_read = io.state == Io::State::Done && io.bytes < room.size();
    if (io.state == Io::State::Done) {
        moved_ = loop_.now();
    }
    if (io.state == Io::State::Wait || (short_read && !wire_->tls() && !hangup_)) {
        readable_ = false;
    }
    return io;
}

void Upstream::release() {
    user_ = nullptr;
    if (!out_.empty() || hangup_ || failure_ || !pool_.pools().options().reuse) {
        return close();
    }
    // No event tells of what came before the answer was whole.
    if (readable_ && !is_silent()) {
        return close();
    }
    doubtful_ = parser_.bodiless();
    phase_ = Phase::Idle;
    moved_ = loop_.now();
    pool_.release(*this);
    if (phase_ == Phase::Idle) {
        watch();
    }
}

bool Upstream::is_silent() {
    std::array<char, 1> room{};  // the answer that is being delivered stands in the loop's scratch
    readable_ = wire_->read(room).state != Io::State::Wait;
    return !readable_;
}

void Upstream::take_up(UpstreamUser& user) {
    user_ = &user;
    reused_ = true;
    phase_ = Phase::Busy;
    moved_ = loop_.now();
    watch();
    parser_.reset();
}

void Upstream::close() {
    if (phase_ == Phase::Closed) {
        return;
    }
    phase_ = Phase::Closed;
    user_ = nullptr;
    timer_.stop();
    if (connector_) {
        connector_->stop();
    }
    if (wire_) {
        wire_->unwatch();
        if (wire_->tls()) {
            wire_->end_sending();
        }
    }
    pool_.pools().context().counters.upstream_open.subtract();
    pool_.remove(*this);
}

void Upstream::broken(base::Error error) {
    UpstreamUser* user = std::exchange(user_, nullptr);
    if (phase_ == Phase::Opening) {
        pool_.unreachable(error);
    }
    close();
    if (user != nullptr) {
        user->on_broken(error);
    }
}

void Upstream::end_failed() {
    if (unsent_ && user_ != nullptr) {
        readable_ = true;
        user_->on_readable();  // a whole answer may have come before the break
    }
    if (phase_ != Phase::Closed && phase_ != Phase::Idle) {
        broken(std::move(*failure_));
    }
}

bool Upstream::awaits_backend() const {
    return !out_.empty() || (parser_.head_done() && !parser_.complete() && !readable_);
}

base::Time Upstream::due() const {
    const auto& options = pool_.pools().options();
    const base::Time look = loop_.now() + options.stall_timeout;
    if (phase_ == Phase::Idle) {
        // Not much later than a request would want it, so that none has to move the timer.
        return std::min(moved_ + options.idle_timeout, look);
    }
    return awaits_backend() ? std::min(moved_ + options.stall_timeout, look) : look;
}

void Upstream::watch() {
    const base::Time when = due();
    if (!timer_.armed() || when < timer_.when()) {
        timer_.start_at(when);
    }
}

void Upstream::on_timer() {
    if (failure_) {
        return end_failed();
    }
    const auto& options = pool_.pools().options();
    if (phase_ == Phase::Idle) {
        return loop_.now() >= moved_ + options.idle_timeout ? close() : watch();
    }
    if (!awaits_backend() || loop_.now() < moved_ + options.stall_timeout) {
        return watch();
    }
    if (!out_.empty() && wire_->untaken() < untaken_) {
        note_untaken();  // it reads, only not so much that the wire has room
        return watch();
    }
    broken({Code::Stalled, pool_.origin().authority + " stopped in the middle of " +
                               (out_.empty() ? "its answer" : "reading the request")});
}

}  // namespace aggregator::net
