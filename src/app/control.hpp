#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <aggregator/admin/gateway.hpp>
#include <aggregator/admin/interface.hpp>
#include <aggregator/admin/state.hpp>
#include <aggregator/net/server.hpp>
#include "app/worker.hpp"

namespace aggregator::app {

/// All shadows of the plan with what can be changed of them.
[[nodiscard]] std::vector<admin::LiveShadow> shadows_of(
    const std::shared_ptr<const plan::Plan>& plan);

/// The management interface with a thread, a loop and a listener of its own, and its way to the
/// workers: whatever it asks of them is posted to their loops, and what they answer is posted back.
class Control final : public admin::Gateway {
public:
    using Workers = std::vector<std::unique_ptr<Worker>>;

    /// Borrows the workers, which hold the shadows already.
    Control(const Shared& shared, const Workers& workers, std::vector<admin::LiveShadow> shadows);
    ~Control() override;
    Control(const Control&) = delete;
    Control& operator=(const Control&) = delete;

    /// Opens the state file, puts what it holds in force, and listens. Before the workers run.
    [[nodiscard]] base::Result<std::uint16_t> open();
    void start();
    /// The gateway takes no more requests: it is not ready any longer. From any thread.
    void drain() { running_ = false; }
    /// Ends the thread.
    void stop();

    [[nodiscard]] const plan::Plan& plan() const override { return *shared_.plan; }
    [[nodiscard]] const std::vector<admin::LiveShadow>& shadows() const override {
        return shadows_;
    }
    void collect(std::function<void(admin::Snapshot)> then) override;
    [[nodiscard]] base::Result<void> prepare(const plan::Backend& shadow) override;
    void put_shadow(admin::LiveShadow shadow, std::function<void()> then) override;
    void remove_shadow(const std::string& id, std::function<void()> then) override;
    void purge(const std::string& backend, std::function<void(std::uint64_t)> then) override;
    [[nodiscard]] std::vector<admin::LiveHost> hosts() const override {
        return shared_.health->hosts(loop_.now());
    }
    [[nodiscard]] std::size_t restore_hosts(const std::string& backend,
                                            const std::string& host) override {
        return shared_.health->restore(backend, host);
    }
    [[nodiscard]] bool ready() const override { return running_; }

private:
    /// Runs `work` with each worker on its thread, then `then` here.
    void on_all(const std::function<void(Worker&)>& work, std::function<void()> then);

    Shared shared_;
    const Workers& workers_;
    std::vector<admin::LiveShadow> shadows_;
    net::EventLoop loop_;
    base::Counters counters_;
    std::unique_ptr<admin::State> state_;
    std::unique_ptr<admin::Interface> interface_;
    std::unique_ptr<net::Server> server_;
    std::thread thread_;
    std::atomic<bool> running_ = false;
};

}  // namespace aggregator::app
