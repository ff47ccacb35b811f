#include "app/control.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <mutex>
#include <utility>

#include "app/process_figures.hpp"

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

/// What the workers have counted: each puts its own there, on its thread.
struct Counted {
    std::mutex mutex;
    std::vector<admin::Snapshot> all{};

    void put(admin::Snapshot one) {
        const std::lock_guard lock(mutex);
        all.push_back(std::move(one));
    }
};

bool is_before(const std::pair<std::string, shadow::Ledger>& one,
               const std::pair<std::string, shadow::Ledger>& other) {
    return one.first < other.first;
}

/// Ledgers of one shadow become one.
void add_up(std::vector<std::pair<std::string, shadow::Ledger>>& shadows) {
    std::sort(shadows.begin(), shadows.end(), is_before);
    std::vector<std::pair<std::string, shadow::Ledger>> sums;
    for (auto& one : shadows) {
        if (!sums.empty() && sums.back().first == one.first) {
            sums.back().second.add(one.second);
        } else {
            sums.push_back(std::move(one));
        }
    }
    shadows = std::move(sums);
}

admin::Snapshot sum_of(std::vector<admin::Snapshot> workers) {
    admin::Snapshot sum;
    for (admin::Snapshot& one : workers) {
        sum.figures.take(std::move(one.figures));
        std::move(one.shadows.begin(), one.shadows.end(), std::back_inserter(sum.shadows));
    }
    add_up(sum.shadows);
    return sum;
}

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

void Control::collect(std::function<void(admin::Snapshot)> then) {
    auto counted = std::make_shared<Counted>();
    const auto asked = std::chrono::steady_clock::now();
    on_all(
        [counted, asked](Worker& worker) {
            const std::chrono::duration<double> lag = std::chrono::steady_clock::now() - asked;
            admin::Snapshot one = worker.snapshot();
            show_lag(one.figures, worker.number(), lag.count());
            counted->put(std::move(one));
        },
        [this, counted, then = std::move(then)] {
            admin::Snapshot sum = sum_of(std::move(counted->all));
            base::Figures& figures = sum.figures;
            show_process(figures, shared_);
            shared_.health->show(figures, loop_.now());
            shared_.components->show(figures);
            figures.add_up();
            then(std::move(sum));
        });
}

base::Result<void> Control::prepare(const plan::Backend& shadow) {
    const bool tls = std::ranges::any_of(shadow.hosts, &plan::Host::tls);
    if (!tls || shared_.pools.tls != nullptr) {
        return {};
    }
    // Reading the trust takes long: here, and not when a worker needs it.
    const auto made = shared_.pools.late_tls();
    return made ? base::Result<void>() : base::fail(made.error());
}

void Control::put_shadow(LiveShadow shadow, std::function<void()> then) {
    const std::string& id = shadow.shadow->rules->id;
    std::erase_if(shadows_, [&id](const LiveShadow& one) { return one.shadow->rules->id == id; });
    shadows_.push_back(shadow);
    on_all([shadow](Worker& worker) { worker.put_shadow(shadow); }, std::move(then));
}

// What caches post to the workers comes before what is posted here.
void Control::purge(const std::string& backend, std::function<void(std::uint64_t)> then) {
    const std::uint64_t purged = shared_.components->purge(backend);
    on_all([](Worker&) {}, [purged, then = std::move(then)] { then(purged); });
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
