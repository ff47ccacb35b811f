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

constexpr auto kHandshakeTime = std::chrono::seconds(10);

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
    if (guard != nullptr) {
        guard_ = *guard;
    }
    const Addresses& given = pool_.origin().addresses;
    auto& names = pool_.pools().context().names;
    const bool direct = pool_.proxy() == nullptr;
    const auto* known =
        direct && !given.empty()
            ? &given
            : names.find(first_name(), wait_, [this](const auto& found) { resolved(found); });
    const Duration limit = pool_.pools().options().connect_timeout;
    if (limit > Duration::zero()) {
        timer_.start(limit);
    }
    if (known != nullptr) {
        begin(*known);
    }
}

void Upstream::resolved(const base::Result<Addresses>& addresses) {
    wait_.reset();
    if (!addresses) {
        return broken(addresses.error());
    }
    begin(*addresses);
}

void Upstream::begin(const Addresses& addresses) {
    if (auto allowed = guarded(addresses); !allowed) {
        return fail_later(std::move(allowed.error()));
    }
    addresses_ = addresses;
    const Duration delay = pool_.pools().options().fallback_delay;
    Addresses others = delay >= Duration::zero() ? take_other_family(addresses_) : Addresses();
    if (!others.empty()) {
        fallback_ = std::make_unique<HappyEyeballs>(
            loop_, HappyEyeballs::Race{std::move(others), first_port()},
            [this](auto outcome) { fallback_ended(std::move(outcome)); });
        fallback_->start(delay);
    }
    connect_next();
}

void Upstream::connect_next() {
    phase_ = Phase::Connecting;
    readable_ = false;
    hangup_ = false;
    base::Error error{Code::Connect, "no address"};
    while (tried_ < addresses_.size()) {
        auto wire = loop_.connect(addresses_[tried_++], first_port());
        if (wire) {
            take_wire(std::move(*wire));
            return wire_->watch(*this);
        }
        error = std::move(wire.error());
    }
    no_address_left(std::move(error));
}

void Upstream::no_address_left(base::Error error) {
    if (fallback_) {
        return fallback_->hurry();
    }
    fail_later(std::move(error));
}

void Upstream::fallback_ended(base::Result<std::unique_ptr<Wire>> outcome) {
    fallback_.reset();
    if (outcome) {
        leave_wire();
        readable_ = false;
        hangup_ = false;
        take_wire(std::move(*outcome));
        wire_->watch(*this);
        return established();
    }
    if (!wire_) {
        broken({Code::Connect, pool_.origin().authority + ": " + outcome.error().detail});
    }
}

void Upstream::leave_wire() {
    if (wire_) {
        wire_->unwatch();
        wire_.reset();
    }
}

void Upstream::fail_later(base::Error error) {
    failure_ = std::move(error);
    timer_.start(Duration::zero());
}

void Upstream::on_ready(std::uint32_t events) {
    hangup_ = hangup_ || (events & kHangup) != 0;
    readable_ = readable_ || (events & kReadable) != 0;
    if (phase_ == Phase::Connecting) {
        connected();
        // What the backend said before it was asked comes with the same event, and with no other.
        if (readable_ && phase_ == Phase::Busy && user_ != nullptr) {
            user_->on_readable();
        }
        return;
    }
    if (phase_ == Phase::Tunnel) {
        return read_tunnel();
    }
    if (phase_ == Phase::Handshake) {
        return continue_handshake();
    }
    if (phase_ == Phase::Idle) {
        return readable_ ? look_while_idle() : void();
    }
    if ((events & kWritable) != 0 && !out_.empty()) {
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

void Upstream::connected() {
    const Io io = wire_->connected();
    if (io.state == Io::State::Failed) {
        leave_wire();
        if (tried_ < addresses_.size() || fallback_) {
            return connect_next();
        }
        return broken({Code::Connect, pool_.origin().authority + ": " + io.error.detail});
    }
    fallback_.reset();
    established();
}

void Upstream::established() {
    const auto& options = pool_.pools().options();
    if (options.keep_alive >= std::chrono::seconds(1)) {
        wire_->keep_alive(static_cast<int>(
            std::chrono::duration_cast<std::chrono::seconds>(options.keep_alive).count()));
    }
    if (auto allowed = guarded_ends(); !allowed) {
        return broken(std::move(allowed.error()));
    }
    if (!pool_.origin().tls) {
        return opened();
    }
    return pool_.proxy() != nullptr ? begin_tunnel() : begin_tls();
}

void Upstream::begin_tls() {
    const auto& options = pool_.pools().options();
    if (const auto able = pool_.pools().need_tls(); !able) {
        return broken(able.error());
    }
    wire_->begin_tls_connect(options.tls, pool_.origin().name);
    phase_ = Phase::Handshake;
    timer_.start(kHandshakeTime);
    continue_handshake();
}

void Upstream::continue_handshake() {
    const Io io = wire_->handshake();
    if (io.state == Io::State::Done) {
        readable_ = true;
        return opened();
    }
    if (io.state == Io::State::Closed) {
        return broken({Code::TlsHandshake, pool_.origin().authority + " closed in the handshake"});
    }
    if (io.state == Io::State::Failed) {
        return broken(io.error);
    }
}

void Upstream::opened() {
    timer_.stop();
    phase_ = Phase::Busy;
    moved_ = loop_.now();
    watch();
    user_->on_open();
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
    wait_.reset();
    fallback_.reset();
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
    if (phase_ != Phase::Busy) {
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
    if (phase_ == Phase::Busy) {
        if (!awaits_backend() || loop_.now() < moved_ + options.stall_timeout) {
            return watch();
        }
        if (!out_.empty() && wire_->untaken() < untaken_) {
            note_untaken();  // it reads, only not so much that the wire has room
            return watch();
        }
        return broken({Code::Stalled, pool_.origin().authority + " stopped in the middle of " +
                                          (out_.empty() ? "its answer" : "reading the request")});
    }
    const bool shaking = phase_ == Phase::Handshake;
    if (phase_ == Phase::Tunnel) {
        return broken({Code::Connect, "the proxy " + pool_.proxy()->authority +
                                          " did not answer a CONNECT in time"});
    }
    broken({shaking ? Code::TlsHandshake : Code::Connect,
            pool_.origin().authority +
                (shaking ? ": no TLS handshake in time" : ": no connection in time")});
}

}  // namespace aggregator::net
