#pragma once

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <aggregator/admin/gateway.hpp>
#include <aggregator/base/counters.hpp>
#include <aggregator/net/client.hpp>
#include <aggregator/net/discovery.hpp>
#include <aggregator/net/server.hpp>
#include <aggregator/plan/plan.hpp>
#include "app/access_log.hpp"
#include "app/background.hpp"
#include "app/expiry_watch.hpp"
#include "app/front.hpp"
#include "app/health_book.hpp"
#include "app/held_watch.hpp"
#include "app/meter.hpp"

namespace aggregator::app {

/// What all workers share. Outlives them.
struct Shared {
    std::shared_ptr<const plan::Plan> plan;
    base::Log& log;
    net::Resolver& resolver;
    net::Discovery& discovery;
    std::shared_ptr<net::TlsContext> listener_tls;
    net::PoolOptions pools;  ///< of each worker
    std::shared_ptr<const HealthBook> health;
    Background& background;
    std::shared_ptr<const component::SharedBook> components;
    std::shared_ptr<engine::Remarks> remarks;
    unsigned workers;
    std::uint32_t connections_max;  ///< of clients, a worker
    base::HeldBudget& held;
    /// Files of certificates and when they end, in seconds since 1970; read when it started.
    std::vector<std::pair<std::string, std::int64_t>> certificates{};
};

/// One thread of the gateway: what outlives a configuration (its loop, pools, names, listener,
/// counters, access log) and, behind a Front, the graph of Services wired from the plan.
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
    /// No redirect of a backend may lead to that listener. Before run().
    void forbid_redirects_to(const std::string& address, std::uint16_t port) {
        pools_.forbid(address, port);
    }
    /// Serves until stop().
    void run();

    /// Serves no more after what is in flight, or when `limit` has passed.
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
    /// What this worker has counted.
    [[nodiscard]] admin::Snapshot snapshot() const;
    void put_shadow(const admin::LiveShadow& shadow);
    void remove_shadow(std::size_t endpoint, const std::string& id);

private:
    [[nodiscard]] std::shared_ptr<Graph> wire(const std::shared_ptr<const plan::Plan>& plan);
    [[nodiscard]] std::unique_ptr<net::Client> client_of(const plan::Plan& plan,
                                                         const plan::Backend& backend);
    [[nodiscard]] shadow::Ledger copies() const;
    void visit_shadows(
        const std::function<void(const std::string&, const shadow::Ledger&)>& show) const;
    void note(const net::AccessEntry& entry);
    [[nodiscard]] net::ServerOptions server_options();
    [[nodiscard]] static net::ClientOptions client_options(const config::ServiceSettings& service,
                                                           const plan::Backend& backend);
    void end_when_quiet();
    void end_now();
    void write_report(const std::string& event);

    Shared shared_;
    const plan::Plan& plan_;
    unsigned number_;
    net::EventLoop loop_;
    base::Counters counters_;
    base::Rows rows_;
    net::NameCache names_;
    net::TargetFeed targets_;
    net::Pools pools_;
    HeldWatch held_watch_;
    std::optional<AccessLog> access_log_;
    std::optional<Meter> meter_;
    std::optional<ExpiryWatch> expiry_;  // the first worker's
    shadow::Budget budget_;
    Front front_;
    std::unique_ptr<net::Server> server_;
    base::Timer limit_;
    base::Timer quiet_;
    bool is_over_ = false;
    std::promise<void> ended_;
};

}  // namespace aggregator::app
