#pragma once

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <aggregator/admin/gateway.hpp>
#include <aggregator/base/counters.hpp>
#include <aggregator/engine/endpoint.hpp>
#include <aggregator/engine/race.hpp>
#include <aggregator/engine/router.hpp>
#include <aggregator/engine/workspace.hpp>
#include <aggregator/net/client.hpp>
#include <aggregator/net/discovery.hpp>
#include <aggregator/net/server.hpp>
#include <aggregator/plan/plan.hpp>
#include <aggregator/shadow/mirror.hpp>
#include "app/access_log.hpp"
#include "app/expiry_watch.hpp"
#include "app/meter.hpp"

namespace aggregator::app {

/// What all workers share. Outlives them.
struct Shared {
    std::shared_ptr<const plan::Plan> plan;
    base::Log& log;
    net::Resolver& resolver;
    net::Discovery& discovery;
    std::shared_ptr<net::TlsContext> listener_tls;
    std::shared_ptr<net::TlsContext> client_tls;
    net::PoolOptions::LateTls late_tls;
    unsigned workers = 1;
};

/// One thread's whole gateway: a loop, connections, and one graph of Services wired from the plan.
/// Built by the main thread, then run() on its own; only drain(), wait(), stop(), report() and
/// on_loop() may be called from elsewhere.
class Worker {
public:
    Worker(const Shared& shared, unsigned number);
    ~Worker();

    [[nodiscard]] base::Result<std::uint16_t> listen(const std::string& address,
                                                     std::uint16_t port) {
        return server_->listen(address, port);
    }
    /// Serves until stop().
    void run();

    /// Serves no more after what is in flight, or when `limit` has passed (0: however long it
    /// takes).
    void drain(base::Duration limit);
    /// Until that has come. Once.
    void wait() { ended_.get_future().wait(); }
    /// Ends the loop.
    void stop() {
        loop_.post([this] { loop_.stop(); });
    }
    /// Writes the counters to the log.
    void report(std::string event);
    /// Runs `work` on the worker's thread, where the functions below may be called; before run()
    /// too.
    void on_loop(std::function<void()> work) { loop_.post(std::move(work)); }

    [[nodiscard]] unsigned number() const { return number_; }
    /// Adds this worker's figures to those of the others.
    void add_figures(admin::Figures& figures) const;
    void put_shadow(const admin::LiveShadow& shadow);
    void remove_shadow(std::size_t endpoint, const std::string& id);

private:
    void wire_endpoint(const plan::Endpoint& endpoint);
    [[nodiscard]] std::unique_ptr<net::Client> client_of(const plan::Backend& backend);
    [[nodiscard]] shadow::Ledger copies() const;
    void note(const net::AccessEntry& entry);
    [[nodiscard]] net::ServerOptions server_options();
    [[nodiscard]] net::PoolOptions pool_options() const;
    [[nodiscard]] net::ClientOptions client_options(const plan::Backend& backend) const;
    void end_when_quiet();
    void end_now();
    void write_report(const std::string& event);

    Shared shared_;
    const plan::Plan& plan_;
    unsigned number_;
    net::EventLoop loop_;
    base::Counters counters_;
    net::NameCache names_;
    net::TargetFeed targets_;
    net::Pools pools_;
    engine::Workspace workspace_;
    std::optional<AccessLog> access_log_;
    std::optional<Meter> meter_;
    std::optional<ExpiryWatch> expiry_;  // the first worker's
    shadow::Budget budget_;
    std::vector<std::unique_ptr<net::Client>> clients_;
    std::vector<std::unique_ptr<engine::Race>> races_;
    std::vector<std::unique_ptr<engine::Endpoint>> endpoints_;
    std::vector<std::unique_ptr<shadow::Mirror>> mirrors_;  // by endpoint; null: never a shadow
    std::vector<http::Service*> services_;  // by endpoint: what the router hands requests to
    std::unique_ptr<engine::Router> router_;
    std::unique_ptr<net::Server> server_;
    base::Timer limit_;
    base::Timer quiet_;
    bool is_over_ = false;
    std::promise<void> ended_;
};

}  // namespace aggregator::app
