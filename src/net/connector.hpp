#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <aggregator/net/pools.hpp>
#include "net/address.hpp"
#include "net/happy_eyeballs.hpp"
#include "net/outbox.hpp"
#include "net/tunnel.hpp"
#include "net/wire.hpp"

namespace aggregator::net {

class Pool;

/// Opens one connection to a pool's origin: resolves its name, connects to one of the addresses
/// (RFC 8305), has the pool's proxy make a tunnel if there is one and the origin is https, and
/// shakes hands. Each step has a limit in time. Owned by the connection that it opens; lives on its
/// loop's thread.
class Connector {
public:
    /// What it opened, watched by the watcher that it was made with.
    struct Opened {
        std::unique_ptr<Wire> wire;
        bool readable = false;  ///< there may be something to read that no event reports
        bool hangup = false;    ///< the peer has ended its side already
    };
    /// Gets that, or the error of the last step: Resolve, Connect, BadRedirect, Reset, BadResponse
    /// or one of TLS. Runs once, and never from start(). It may destroy the Connector.
    using Done = std::function<void(base::Result<Opened>)>;

    /// `watcher` is the one of each wire that it makes, and hands all their events to on_ready().
    Connector(Pool& pool, Watcher& watcher, Done done);
    ~Connector() { stop(); }
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

    /// With a guard, fails with BadRedirect rather than to connect where that forbids it.
    void start(const RedirectGuard* guard);
    void on_ready(std::uint32_t events);
    /// Ends it: Done does not run any more. What it had of a connection goes with it.
    void stop();

private:
    enum class Phase : std::uint8_t { Resolving, Connecting, Tunnel, Handshake, Over };

    void resolved(const base::Result<Addresses>& addresses);
    void begin(const Addresses& addresses);
    void connect_next();
    void no_address_left(base::Error error);
    void fallback_ended(base::Result<std::unique_ptr<Wire>> outcome);
    void take_wire(std::unique_ptr<Wire> wire);
    void leave_wire();
    void connected();
    void established();
    void begin_tunnel();
    void read_tunnel();
    void begin_tls();
    void continue_handshake();
    [[nodiscard]] Io read();

    /// Of whom the addresses are looked up: the origin, or the proxy in front of it.
    [[nodiscard]] const std::string& first_name() const;
    [[nodiscard]] std::uint16_t first_port() const;
    [[nodiscard]] base::Result<void> guarded(const Addresses& addresses) const;
    [[nodiscard]] base::Result<void> guarded_ends() const;

    void on_timer();
    void fail_later(base::Error error);
    void proxy_closed();
    void fail(base::Error error);
    void succeed();

    Pool& pool_;
    WireLoop& loop_;
    Watcher& watcher_;
    Done done_;
    base::Timer timer_;
    std::unique_ptr<NameCache::Wait> wait_;
    Addresses addresses_;
    std::size_t tried_ = 0;
    std::unique_ptr<HappyEyeballs> fallback_;  // if there are addresses of both families
    std::optional<RedirectGuard> guard_;
    std::unique_ptr<Wire> wire_;
    std::unique_ptr<Tunnel> tunnel_;      // while a proxy is asked for one
    Outbox out_;                          // to the proxy
    std::optional<base::Error> failure_;  // to be reported in a later turn
    Phase phase_ = Phase::Resolving;
    bool readable_ = false;
    bool hangup_ = false;
};

}  // namespace aggregator::net
