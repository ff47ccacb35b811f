#include "net/connector.hpp"

#include <utility>

#include "net/pool.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using base::Duration;

constexpr auto kTunnelTime = std::chrono::seconds(30);
constexpr auto kHandshakeTime = std::chrono::seconds(10);

}  // namespace

Connector::Connector(Pool& pool, Watcher& watcher, Done done)
    : pool_(pool),
      loop_(pool.pools().context().loop),
      watcher_(watcher),
      done_(std::move(done)),
      timer_(loop_, [this] { on_timer(); }) {}

void Connector::start(const RedirectGuard* guard) {
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

void Connector::stop() {
    if (phase_ == Phase::Over) {
        return;
    }
    phase_ = Phase::Over;
    timer_.stop();
    wait_.reset();
    fallback_.reset();
    if (wire_) {
        wire_->unwatch();
        if (wire_->tls()) {
            wire_->end_sending();
        }
    }
}

void Connector::on_ready(std::uint32_t events) {
    hangup_ = hangup_ || (events & Watcher::kHangup) != 0;
    readable_ = readable_ || (events & Watcher::kReadable) != 0;
    switch (phase_) {
        case Phase::Connecting:
            return connected();
        case Phase::Tunnel:
            return read_tunnel();
        case Phase::Handshake:
            return continue_handshake();
        case Phase::Resolving:
        case Phase::Over:
            return;
    }
}

const std::string& Connector::first_name() const {
    return pool_.proxy() != nullptr ? pool_.proxy()->name : pool_.origin().name;
}

std::uint16_t Connector::first_port() const {
    return pool_.proxy() != nullptr ? pool_.proxy()->port : pool_.origin().port;
}

void Connector::resolved(const base::Result<Addresses>& addresses) {
    wait_.reset();
    if (!addresses) {
        return fail(addresses.error());
    }
    begin(*addresses);
}

void Connector::begin(const Addresses& addresses) {
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

base::Result<void> Connector::guarded(const Addresses& addresses) const {
    if (!guard_) {
        return {};
    }
    const std::string& name = pool_.origin().name;
    if (pool_.proxy() == nullptr) {
        return guard_->check(addresses, pool_.origin().port);
    }
    // What a name stands for is the proxy's to find out.
    return parse_address(name) ? guard_->check({name}, pool_.origin().port) : base::Result<void>();
}

base::Result<void> Connector::guarded_ends() const {
    if (!guard_ || pool_.proxy() != nullptr) {
        return {};
    }
    return guard_->check_ends(wire_->own(), wire_->peer(), pool_.origin().port);
}

void Connector::connect_next() {
    phase_ = Phase::Connecting;
    base::Error error{Code::Connect, "no address"};
    while (tried_ < addresses_.size()) {
        auto wire = loop_.connect(addresses_[tried_++], first_port());
        if (wire) {
            return take_wire(std::move(*wire));
        }
        error = std::move(wire.error());
    }
    no_address_left(std::move(error));
}

void Connector::no_address_left(base::Error error) {
    if (fallback_) {
        return fallback_->hurry();
    }
    fail_later(std::move(error));
}

void Connector::fallback_ended(base::Result<std::unique_ptr<Wire>> outcome) {
    fallback_.reset();
    if (outcome) {
        leave_wire();
        take_wire(std::move(*outcome));
        return established();
    }
    if (!wire_) {
        fail({Code::Connect, pool_.origin().authority + ": " + outcome.error().detail});
    }
}

void Connector::take_wire(std::unique_ptr<Wire> wire) {
    readable_ = false;
    hangup_ = false;
    wire_ = std::move(wire);
    base::Counters& counters = pool_.pools().context().counters;
    wire_->count_with(counters.upstream_bytes_in, counters.upstream_bytes_out);
    wire_->watch(watcher_);
}

void Connector::leave_wire() {
    if (wire_) {
        wire_->unwatch();
        wire_.reset();
    }
}

void Connector::connected() {
    const Io io = wire_->connected();
    if (io.state == Io::State::Failed) {
        leave_wire();
        if (tried_ < addresses_.size() || fallback_) {
            return connect_next();
        }
        return fail({Code::Connect, pool_.origin().authority + ": " + io.error.detail});
    }
    fallback_.reset();
    established();
}

void Connector::established() {
    const auto& options = pool_.pools().options();
    if (options.keep_alive >= std::chrono::seconds(1)) {
        wire_->keep_alive(static_cast<int>(
            std::chrono::duration_cast<std::chrono::seconds>(options.keep_alive).count()));
    }
    if (auto allowed = guarded_ends(); !allowed) {
        return fail(std::move(allowed.error()));
    }
    if (!pool_.origin().tls) {
        return succeed();
    }
    pool_.proxy() != nullptr ? begin_tunnel() : begin_tls();
}

void Connector::begin_tunnel() {
    tunnel_ = std::make_unique<net::Tunnel>(*pool_.proxy(), pool_.origin());
    phase_ = Phase::Tunnel;
    timer_.start(kTunnelTime);
    if (!out_.send(*wire_, tunnel_->request())) {
        return proxy_closed();
    }
    read_tunnel();
}

void Connector::read_tunnel() {
    if (!out_.empty() && !out_.flush(*wire_)) {
        return proxy_closed();
    }
    while (readable_) {
        const Io io = read();
        if (io.state == Io::State::Wait) {
            return;
        }
        if (io.state != Io::State::Done) {
            return proxy_closed();
        }
        auto through = tunnel_->take({loop_.scratch().data(), io.bytes});
        if (!through) {
            return fail(std::move(through.error()));
        }
        if (*through) {
            tunnel_.reset();
            return begin_tls();
        }
    }
}

Io Connector::read() {
    const auto room = loop_.scratch();
    Io io = wire_->read(room);
    const bool short_read = io.state == Io::State::Done && io.bytes < room.size();
    readable_ = io.state != Io::State::Wait && (!short_read || hangup_);
    return io;
}

void Connector::begin_tls() {
    if (const auto able = pool_.pools().need_tls(); !able) {
        return fail(able.error());
    }
    wire_->begin_tls_connect(pool_.pools().options().tls, pool_.origin().name);
    phase_ = Phase::Handshake;
    timer_.start(kHandshakeTime);
    continue_handshake();
}

void Connector::continue_handshake() {
    Io io = wire_->handshake();
    if (io.state == Io::State::Done) {
        readable_ = true;
        return succeed();
    }
    if (io.state == Io::State::Closed) {
        return fail({Code::TlsHandshake, pool_.origin().authority + " closed in the handshake"});
    }
    if (io.state == Io::State::Failed) {
        fail(std::move(io.error));
    }
}

void Connector::on_timer() {
    if (failure_) {
        return fail(std::move(*failure_));
    }
    if (phase_ == Phase::Tunnel) {
        return fail({Code::Connect, "the proxy " + pool_.proxy()->authority +
                                        " did not answer a CONNECT in time"});
    }
    const bool shaking = phase_ == Phase::Handshake;
    fail({shaking ? Code::TlsHandshake : Code::Connect,
          pool_.origin().authority +
              (shaking ? ": no TLS handshake in time" : ": no connection in time")});
}

void Connector::fail_later(base::Error error) {
    failure_ = std::move(error);
    timer_.start(Duration::zero());
}

void Connector::proxy_closed() {
    fail({Code::Reset, "the proxy " + pool_.proxy()->authority + " closed"});
}

void Connector::fail(base::Error error) {
    stop();
    const auto done = std::move(done_);
    done(base::fail(std::move(error)));
}

void Connector::succeed() {
    phase_ = Phase::Over;
    timer_.stop();
    const auto done = std::move(done_);
    done(Opened{.wire = std::move(wire_), .readable = readable_, .hangup = hangup_});
}

}  // namespace aggregator::net
