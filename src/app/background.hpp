#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <aggregator/base/counters.hpp>
#include <aggregator/base/held.hpp>
#include <aggregator/component/background.hpp>
#include <aggregator/net/client.hpp>
#include <aggregator/net/loop.hpp>
#include <aggregator/net/pools.hpp>
#include <aggregator/net/resolver.hpp>

#include "app/blocking_pool.hpp"

namespace aggregator::app {

/// The program's component::Background. Built by the main thread, then start() and stop(); what
/// uses it is destroyed after stop().
class Background final : public component::Background {
public:
    struct Context {
        base::Log& log;
        net::Resolver& resolver;
        base::HeldBudget& held;
    };

    /// `options` of connections, and how long a name's addresses are used.
    Background(const Context& context, net::PoolOptions options, base::Duration name_ttl);
    ~Background() override;
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    /// Makes its thread, if anything is to be done there.
    void start();
    /// Ends all its threads; also without start().
    void stop();

    /// No redirect may lead to that listener. Before start().
    void forbid_redirects_to(const std::string& address, std::uint16_t port) {
        pools_.forbid(address, port);
    }

    [[nodiscard]] base::Loop& loop() override;
    [[nodiscard]] base::Log& log() override { return log_; }
    [[nodiscard]] std::unique_ptr<http::Service> client(
        const plan::Host& host, const component::RemoteOptions& options) override;
    [[nodiscard]] bool work(std::function<void()> job) override {
        return blocking_.work(std::move(job));
    }

private:
    base::Log& log_;
    net::EventLoop loop_;
    base::Counters counters_;
    net::NameCache names_;
    net::Pools pools_;
    BlockingPool blocking_;
    std::atomic<bool> is_needed_ = false;
    std::thread thread_;
};

}  // namespace aggregator::app
