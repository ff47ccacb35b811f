#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include <aggregator/net/tls.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::app {

/// The TLS settings of a service, made from its files.
struct Tls {
    std::shared_ptr<net::TlsContext> listener;  ///< null: the listener is plain
    std::shared_ptr<net::TlsContext> client;    ///< null: no configured backend speaks TLS
};

/// Reads certificates, keys and trust; fails with BadConfiguration, naming the file and what to do.
[[nodiscard]] base::Result<Tls> make_tls(const plan::Plan& plan);

/// The settings for https backends when none is configured: made by the first redirect that leads
/// to one, or for the first mirror of one, for all workers. Safe from any thread; borrows the plan.
class LateClientTls {
public:
    explicit LateClientTls(const plan::Plan& plan) : plan_(plan) {}

    [[nodiscard]] base::Result<std::shared_ptr<net::TlsContext>> context();

private:
    const plan::Plan& plan_;
    std::mutex mutex_;
    std::shared_ptr<net::TlsContext> made_;
};

/// Which process listens on a TCP port of this machine, as `name (pid N)`; empty if that cannot be
/// known.
[[nodiscard]] std::string who_listens(std::uint16_t port);

}  // namespace aggregator::app
