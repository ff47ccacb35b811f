#pragma once

#include <functional>
#include <memory>

#include <aggregator/net/loop.hpp>
#include <aggregator/net/resolver.hpp>
#include "net/wire.hpp"

namespace aggregator::net {

/// Takes out the addresses of another family than the first one's, and returns them.
[[nodiscard]] Addresses take_other_family(Addresses& addresses);

/// The second attempt to connect of Happy Eyeballs (RFC 8305): it runs beside the first one, on
/// addresses of the other family.
/// Owned by the connection that it may become; destroying it ends it.
class HappyEyeballs : public Watcher {
public:
    struct Race {
        Addresses addresses;  ///< tried one after the other
        std::uint16_t port = 0;
    };
    /// Gets the connected wire, which nobody watches any more, or the last address's failure. It
    /// may destroy the HappyEyeballs.
    using Done = std::function<void(base::Result<std::unique_ptr<Wire>>)>;

    HappyEyeballs(WireLoop& loop, Race race, Done done);
    ~HappyEyeballs() override;

    /// Begins after `delay`.
    void start(base::Duration delay) { delay_.start(delay); }
    /// Begins in a later turn, unless it has begun already.
    void hurry();

    void on_ready(std::uint32_t events) override;

private:
    void connect_next();

    WireLoop& loop_;
    Race race_;
    Done done_;
    base::Timer delay_;
    std::unique_ptr<Wire> wire_;
    std::size_t tried_ = 0;
};

}  // namespace aggregator::net
