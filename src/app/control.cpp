#include "app/control.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

namespace aggregator::app {
namespace {

using admin::LiveShadow;

constexpr auto kWait = std::chrono::seconds(10);
constexpr auto kReplyTime = std::chrono::minutes(1);
constexpr std::uint32_t kConnectionsMax = 64;
constexpr std::uint32_t kHeadBytesMax = 64u << 10;

net::ServerOptions options_of(const plan::Plan& plan) {
    net::ServerOptions options;
    options.head.bytes_max = kHeadBytesMax;
    options.read_header_timeout = kWait;
    options.read_timeout = kWait;
    options.idle_timeout = kWait;
    options.stall_timeout = kWait;
    options.write_timeout = kReplyTime;
    options.connections_max = kConnectionsMax;
    options.crowded = net::ServerOptions::Crowded::Replace;
    options.errors.header = plan.errors.header;
    return options;
}

/// Figures to which the workers add theirs, each on its own thread.
struct Sum {
    std::mutex mutex;
    admin::Figures figures;
};

}  // namespace

std::vector<LiveShadow> shadows_of(const std::shared_ptr<const plan::Plan>& plan) {
    std::vector<LiveShadow> shadows;
    for (const plan::Endpoint& endpoint : plan->endpoints) {
        for (const plan::Backend& backend : endpoint.shadows) {
            shadows.push_back({.endpoint = endpoint.number,
                               .shadow = {plan, &backend},
                               .controls = std::make_shared<shadow::Controls>(
                                   backend.rules->config, backend.shadow_timeout.count()),
                               .made_live = false});
        }
    }
    return shadows;
}

Control::Control(const Shared& shared, const Workers& workers, std::vector<LiveShadow> shadows)
    : shared_(shared), workers_(workers), shadows_(std::move(shadows)) {}

Control::~Control() { stop(); }

base::Result<std::uint16_t> Control::open() {
    const config::AdminConfig& config = *shared_.plan->service.admin;
    if (!config.state.empty()) {
        auto state = admin::State::open(config.state, admin::State::Missing::Create);
        if (!state) {
            return base::fail(state.error());
        }
        state_ = std::move(*state);
    }
    interface_ = std::make_unique<admin::Interface>(
        admin::Interface::Context{loop_, *this, shared_.log, config, state_.get(), {}});
    if (auto restored = interface_->restore(); !restored) {
        return base::fail(restored.error());
    }
    if (auto free = net::probe(config.address, config.port); config.port != 0 && !free) {
        return base::fail(free.error());
    }
    server_ = std::make_unique<net::Server>(
        net::Server::Context{loop_, *interface_, shared_.log, counters_},
        options_of(*shared_.plan));
    return server_->listen(config.address, config.port);
}

void Control::start() {
    running_ = true;
    thread_ = std::thread([this] {
        loop_.run();
        server_->close_all();
    });
}

void Control::stop() {
    if (thread_.joinable()) {
        loop_.post([this] { loop_.stop(); });
        thread_.join();
    }
}

void Control::on_all(const std::function<void(Worker&)>& work, std::function<void()> then) {
    auto left = std::make_shared<std::size_t>(workers_.size());  // counted down on this thread
    const auto one_done = [left, then = std::move(then)] {
        if (--*left == 0 && then) {
            then();
        }
    };
    for (const auto& worker : workers_) {
        worker->on_loop([this, &worker = *worker, work, one_done] {
            work(worker);
            loop_.post(one_done);
        });
    }
}

void Control::collect(std::function<void(admin::Figures)> then) {
    auto sum = std::make_shared<Sum>();
    sum->figures.loop_lag.resize(workers_.size());
    const auto asked = std::chrono::steady_clock::now();
    on_all(
        [sum, asked](Worker& worker) {
            const std::chrono::duration<double> lag = std::chrono::steady_clock::now() - asked;
            const std::lock_guard lock(sum->mutex);
            worker.add_figures(sum->figures);
            sum->figures.loop_lag[worker.number()] = lag.count();
        },
        [this, sum, then = std::move(then)] {
            sum->figures.access_log_dropped = shared_.log.dropped();
            shared_.health->add_to(sum->figures, loop_.now());
            sum->figures.certificates = shared_.certificates;
            then(std::move(sum->figures));
        });
}

base::Result<void> Control::prepare(const plan::Backend& shadow) {
    const bool tls = std::ranges::any_of(shadow.hosts, &plan::Host::tls);
    if (!tls || shared_.client_tls != nullptr) {
        return {};
    }
    // Reading the trust takes long: here, and not when a worker needs it.
    const auto made = shared_.late_tls();
    return made ? base::Result<void>() : base::fail(made.error());
}

void Control::put_shadow(LiveShadow shadow, std::function<void()> then) {
    const std::string& id = shadow.shadow->rules->id;
    std::erase_if(shadows_, [&id](const LiveShadow& one) { return one.shadow->rules->id == id; });
    shadows_.push_back(shadow);
    on_all([shadow](Worker& worker) { worker.put_shadow(shadow); }, std::move(then));
}

void Control::remove_shadow(const std::string& id, std::function<void()> then) {
    const auto found = std::ranges::find_if(
        shadows_, [&id](const LiveShadow& one) { return one.shadow->rules->id == id; });
    if (found == shadows_.end()) {
        return loop_.post(std::move(then));
    }
    const std::size_t endpoint = found->endpoint;
    shadows_.erase(found);
    on_all([endpoint, id](Worker& worker) { worker.remove_shadow(endpoint, id); }, std::move(then));
}

}  // namespace aggregator::app
