// The part of Upstream that keeps to where it may go, and goes through proxies.
#include <utility>

#include "net/pool.hpp"
#include "net/upstream.hpp"

namespace aggregator::net {
namespace {

using base::Code;

constexpr auto kTunnelTime = std::chrono::seconds(30);

}  // namespace

const std::string& Upstream::first_name() const {
    return pool_.proxy() != nullptr ? pool_.proxy()->name : pool_.origin().name;
}

std::uint16_t Upstream::first_port() const {
    return pool_.proxy() != nullptr ? pool_.proxy()->port : pool_.origin().port;
}

void Upstream::take_wire(std::unique_ptr<Wire> wire) {
    wire_ = std::move(wire);
    base::Counters& counters = pool_.pools().context().counters;
    wire_->count_with(counters.upstream_bytes_in, counters.upstream_bytes_out);
}

base::Result<void> Upstream::guarded(const Addresses& addresses) const {
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

base::Result<void> Upstream::guarded_ends() const {
    if (!guard_ || pool_.proxy() != nullptr) {
        return {};
    }
    return guard_->check_ends(wire_->own(), wire_->peer(), pool_.origin().port);
}

bool Upstream::is_within(const RedirectGuard* guard) const {
    return guard == nullptr || pool_.proxy() != nullptr ||
           guard->check_ends(wire_->own(), wire_->peer(), pool_.origin().port);
}

bool Upstream::leads_near() const {
    const auto address = pool_.proxy() == nullptr ? parse_address(wire_->peer()) : std::nullopt;
    return address && is_near(*address);
}

void Upstream::begin_tunnel() {
    tunnel_ = std::make_unique<net::Tunnel>(*pool_.proxy(), pool_.origin());
    phase_ = Phase::Tunnel;
    timer_.start(kTunnelTime);
    if (!out_.send(*wire_, tunnel_->request())) {
        return broken({Code::Reset, "the proxy " + pool_.proxy()->authority + " closed"});
    }
    read_tunnel();
}

void Upstream::read_tunnel() {
    if (!out_.empty() && !out_.flush(*wire_)) {
        return broken({Code::Reset, "the proxy " + pool_.proxy()->authority + " closed"});
    }
    while (readable_) {
        const Io io = read();
        if (io.state == Io::State::Wait) {
            return;
        }
        if (io.state != Io::State::Done) {
            return broken({Code::Reset, "the proxy " + pool_.proxy()->authority + " closed"});
        }
        auto through = tunnel_->take({loop_.scratch().data(), io.bytes});
        if (!through) {
            return broken(std::move(through.error()));
        }
        if (*through) {
            tunnel_.reset();
            return begin_tls();
        }
    }
}

}  // namespace aggregator::net
