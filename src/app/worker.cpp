#include "app/worker.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <aggregator/plan/request_id.hpp>

#include "app/connections.hpp"
#include "app/share.hpp"

namespace aggregator::app {
namespace {

constexpr auto kQuietCheck = std::chrono::milliseconds(10);

shadow::Budget budget_of(const Shared& shared, unsigned number) {
    const config::ShadowServiceConfig& limits = shared.plan->service.shadow;
    return {.in_flight_max = share_of(limits.budget_in_flight, shared.workers, number),
            .held = {.bytes_max = share_of(limits.budget_bytes, shared.workers, number)}};
}

net::ClientOptions::Answer answer_of(const plan::Backend& backend) {
    if (backend.shadow) {
        return net::ClientOptions::Answer::Discard;
    }
    return backend.encoding == config::Encoding::NoOp ? net::ClientOptions::Answer::Stream
                                                      : net::ClientOptions::Answer::Whole;
}

/// `bad_status=3 timeout=1`: the errors that occurred, by their names.
std::string errors_of(const base::Counters& counters) {
    std::string text;
    for (std::size_t i = 0; i < counters.errors.size(); ++i) {
        if (const auto times = counters.errors[i].value(); times > 0) {
            text.append(text.empty() ? "" : " ").append(base::row(static_cast<base::Code>(i)).name);
            text.append("=").append(std::to_string(times));
        }
    }
    return text;
}

std::int64_t unix_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

/// `timeout=2 lagging=1`: why copies came to nothing.
std::string losses_of(const shadow::Ledger& ledger) {
    std::string text;
    for (std::size_t i = 0; i < ledger.dropped.size(); ++i) {
        if (const auto times = ledger.dropped[i]; times > 0) {
            text.append(text.empty() ? "" : " ");
            text.append(shadow::name_of(static_cast<shadow::Reason>(i)));
            text.append("=").append(std::to_string(times));
        }
    }
    return text;
}

/// `idle=2 reply=1`: what was given up because there was no room for more.
std::string given_up_of(const base::HeldLedger& held) {
    std::string text;
    for (std::size_t i = 0; i < base::kHeldKinds; ++i) {
        const auto kind = static_cast<base::HeldKind>(i);
        if (const auto times = held.given_up(kind); times > 0) {
            text.append(text.empty() ? "" : " ").append(base::name_of(kind));
            text.append("=").append(std::to_string(times));
        }
    }
    return text;
}

}  // namespace

Worker::Worker(const Shared& shared, unsigned number)
    : shared_(shared),
      plan_(*shared_.plan),
      number_(number),
      names_(shared_.resolver, loop_, plan_.service.dns_cache_ttl),
      targets_(shared_.discovery, loop_),
      pools_({loop_, names_, counters_, shared_.log}, shared_.pools),
      held_watch_(loop_, shared_.log, shared_.held),
      budget_(budget_of(shared_, number)),
      front_(loop_, counters_, wire(shared_.plan)),
      limit_(loop_, [this] { end_now(); }),
      quiet_(loop_, [this] { end_when_quiet(); }) {
    shared_.held.add(loop_.held());
    if (!plan_.service.router.disable_access_log && shared_.log.enabled(base::LogLevel::Info)) {
        access_log_.emplace(loop_, shared_.log, plan_);
    }
    if (plan_.service.admin) {
        meter_.emplace(plan_);
    }
    if (number == 0) {
        expiry_.emplace(loop_, shared_.log, plan_, unix_now);
    }
    server_ = std::make_unique<net::Server>(
        net::Server::Context{loop_, front_, shared_.log, counters_}, server_options());
}

Worker::~Worker() = default;

net::ServerOptions Worker::server_options() {
    const auto& service = plan_.service;
    net::ServerOptions options;
    options.head = head_limits_of(service);
    options.read_header_timeout = service.read_header_timeout;
    options.read_timeout = service.read_timeout;
    options.idle_timeout = service.idle_timeout;
    options.write_timeout = service.write_timeout;
    options.stall_timeout = service.router.stall_timeout;
    options.connections_max = shared_.connections_max;
    options.errors = plan_.errors;
    options.tls = shared_.listener_tls;
    options.identify = [this](const http::Request& request, std::string& id) {
        plan::identify(plan_, request, loop_, id);
    };
    if (const auto& id = service.router.request_id; id && id->returns) {
        options.id_header = id->header;
    }
    if (access_log_ || meter_) {
        options.access = [this](const net::AccessEntry& entry) { note(entry); };
    }
    return options;
}

void Worker::note(const net::AccessEntry& entry) {
    if (access_log_) {
        access_log_->note(entry);
    }
    if (meter_) {
        meter_->note(entry);
    }
}

net::ClientOptions Worker::client_options(const config::ServiceSettings& service,
                                          const plan::Backend& backend) {
    using Redirects = net::ClientOptions::Redirects;
    net::ClientOptions options;
    options.answer = answer_of(backend);
    options.answer_bytes_max = backend.shadow ? backend.rules->config.limits.max_response
                                              : service.router.max_answer_bytes;
    options.header_timeout = service.response_header_timeout;
    // A copy is sent as the live request's body comes: it must not wait by itself.
    options.continue_timeout = backend.shadow ? base::Duration() : service.expect_continue_timeout;
    options.send_body_on_redirect = backend.send_body_on_redirect;
    options.held_body_bytes_max = service.router.max_body_bytes;
    options.redirects = backend.no_redirect ? Redirects::Never
                        : backend.shadow    ? Redirects::SameOrigin
                                            : Redirects::Follow;
    options.credentials = plan::credential_headers(service);
    return options;
}

std::unique_ptr<net::Client> Worker::client_of(const plan::Plan& plan,
                                               const plan::Backend& backend) {
    net::ClientOptions options = client_options(plan.service, backend);
    options.health = shared_.health->of(backend);
    const std::string purpose = backend.shadow ? "shadow" : "live";
    if (backend.discovery) {
        const net::Discovered source{targets_, backend.discovery->name, backend.discovery->tls};
        return std::make_unique<net::Client>(pools_, source, options, purpose);
    }
    std::vector<net::Origin> origins;
    for (const auto& host : backend.hosts) {
        origins.push_back(origin_of(host));
    }
    return std::make_unique<net::Client>(pools_, origins, options, purpose);
}

std::shared_ptr<Graph> Worker::wire(const std::shared_ptr<const plan::Plan>& plan) {
    const Ground ground{.loop = loop_,
                        .counters = counters_,
                        .log = shared_.log,
                        .rows = rows_,
                        .budget = budget_,
                        .share = 1.0 / shared_.workers,
                        .shared = shared_.components.get(),
                        .background = &shared_.background,
                        .remarks = shared_.remarks.get()};
    return std::make_shared<Graph>(ground, plan, [this, &plan = *plan](const auto& backend) {
        return client_of(plan, backend);
    });
}

void Worker::put_shadow(const admin::LiveShadow& shadow) {
    Graph& graph = front_.graph();
    graph.put_shadow(shadow.endpoint, {.backend = shadow.shadow,
                                       .controls = shadow.controls,
                                       .service = client_of(graph.plan(), *shadow.shadow)});
    // With the management interface, any shadow may get a time at which it stops.
    if (expiry_ && (plan_.service.admin || shadow.controls->expires != 0)) {
        expiry_->put(shadow);
    }
}

void Worker::remove_shadow(std::size_t endpoint, const std::string& id) {
    front_.graph().remove_shadow(endpoint, id);
    if (expiry_) {
        expiry_->remove(id);
    }
}

admin::Snapshot Worker::snapshot() const {
    admin::Snapshot snapshot;
    counters_.show(snapshot.figures);
    loop_.held().show(snapshot.figures);
    pools_.show(snapshot.figures);
    rows_.show(snapshot.figures);
    meter_->show(snapshot.figures);
    visit_shadows([&snapshot](const std::string& id, const shadow::Ledger& ledger) {
        snapshot.shadows.emplace_back(id, ledger);
    });
    return snapshot;
}

void Worker::run() {
    loop_.run();
    server_->close_all();
}

void Worker::drain(base::Duration limit) {
    loop_.post([this, limit] {
        limit_.start(limit);
        server_->drain([this] { end_when_quiet(); });
    });
}

shadow::Ledger Worker::copies() const {
    shadow::Ledger sum;
    visit_shadows([&sum](const std::string&, const auto& ledger) { sum.add(ledger); });
    return sum;
}

void Worker::visit_shadows(
    const std::function<void(const std::string&, const shadow::Ledger&)>& show) const {
    front_.visit([&show](const Graph& graph) { graph.visit_shadows(show); });
}

void Worker::end_when_quiet() {
    if (copies().in_flight > 0) {
        return quiet_.start(kQuietCheck);
    }
    end_now();
}

void Worker::end_now() {
    if (std::exchange(is_over_, true)) {
        return;
    }
    limit_.stop();
    quiet_.stop();
    server_->close_all();
    front_.visit([](Graph& graph) { graph.abandon_copies(); });
    pools_.close_idle();
    write_report("worker ended");
    ended_.set_value();
}

void Worker::report(std::string event) {
    loop_.post([this, event = std::move(event)] { write_report(event); });
}

void Worker::write_report(const std::string& event) {
    const auto text = [](std::uint64_t number) { return std::to_string(number); };
    const shadow::Ledger shadows = copies();
    const std::string values[] = {
        text(number_),
        text(counters_.requests.value()),
        text(server_->open_connections()),
        text(counters_.upstream_open.value()),
        text(pools_.idle()),
        text(counters_.calls_in_flight.value()),
        text(counters_.calls_resent.value()),
        text(shadows.eligible),
        text(shadows.finished_total()),
        text(shadows.dropped_total()),
        text(shadows.in_flight),
        text(loop_.timers().size()),
        text(loop_.watched()),
        text(shared_.log.dropped()),
        errors_of(counters_),
        losses_of(shadows),
        given_up_of(loop_.held()),
    };
    shared_.log.write(base::LogLevel::Info, event,
                      {{"worker", values[0], false},
                       {"requests", values[1], false},
                       {"connections", values[2], false},
                       {"upstream", values[3], false},
                       {"upstream_idle", values[4], false},
                       {"calls", values[5], false},
                       {"resent", values[6], false},
                       {"shadow_eligible", values[7], false},
                       {"shadow_finished", values[8], false},
                       {"shadow_dropped", values[9], false},
                       {"shadow_in_flight", values[10], false},
                       {"timers", values[11], false},
                       {"descriptors", values[12], false},
                       {"log_lines_dropped", values[13], false},
                       {"errors", values[14], true},
                       {"shadow_losses", values[15], true},
                       {"given_up", values[16], true}});
}

}  // namespace aggregator::app
