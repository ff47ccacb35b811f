#include "app/worker.hpp"

#include <utility>

namespace aggregator::app {
namespace {

constexpr auto kQuietCheck = std::chrono::milliseconds(10);

net::Origin origin_of(const plan::Host& host) {
    return {.tls = host.tls,
            .name = host.name,
            .port = host.port,
            .authority = host.authority,
            .prefix = host.prefix};
}

http::HeadLimits head_limits(const config::ServiceConfig& service) {
    return {static_cast<std::uint32_t>(service.max_header_bytes), service.router.max_header_count};
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

}  // namespace

Worker::Worker(const Shared& shared, unsigned number)
    : shared_(shared),
      plan_(*shared_.plan),
      number_(number),
      names_(shared_.resolver, loop_, plan_.service.dns_cache_ttl),
      targets_(shared_.discovery, loop_),
      pools_({loop_, names_, counters_, shared_.log}, pool_options()),
      workspace_(loop_, plan_, counters_, &shared_.log),
      limit_(loop_, [this] { end_now(); }),
      quiet_(loop_, [this] { end_when_quiet(); }) {
    if (!plan_.service.router.disable_access_log && shared_.log.enabled(base::LogLevel::Info)) {
        access_log_.emplace(loop_, shared_.log, plan_);
    }
    for (const auto& endpoint : plan_.endpoints) {
        wire_endpoint(endpoint);
    }
    router_ = std::make_unique<engine::Router>(workspace_, services_);
    server_ = std::make_unique<net::Server>(
        net::Server::Context{loop_, *router_, shared_.log, counters_}, server_options());
}

Worker::~Worker() = default;

net::PoolOptions Worker::pool_options() const {
    const auto& service = plan_.service;
    net::PoolOptions options;
    options.head = head_limits(service);
    options.idle_max = service.max_idle_connections_per_host;
    options.idle_total_max = service.max_idle_connections;
    options.idle_timeout = service.idle_connection_timeout;
    options.connect_timeout = service.dialer_timeout;
    options.fallback_delay = service.dialer_fallback_delay;
    options.keep_alive = service.dialer_keep_alive;
    options.reuse = !service.disable_keep_alives;
    options.tls = shared_.client_tls;
    options.late_tls = shared_.late_tls;
    return options;
}

net::ServerOptions Worker::server_options() {
    const auto& service = plan_.service;
    net::ServerOptions options;
    options.head = head_limits(service);
    options.read_header_timeout = service.read_header_timeout;
    options.read_timeout = service.read_timeout;
    options.idle_timeout = service.idle_timeout;
    options.write_timeout = service.write_timeout;
    options.connections_max = service.router.max_connections;
    options.header_prefix = service.router.header_prefix;
    options.tls = shared_.listener_tls;
    if (access_log_) {
        options.access = [this](const net::AccessEntry& entry) { access_log_->note(entry); };
    }
    return options;
}

net::ClientOptions Worker::client_options(const plan::Backend& backend) const {
    const auto& service = plan_.service;
    net::ClientOptions options;
    options.answer = answer_of(backend);
    options.answer_bytes_max = service.router.max_answer_bytes;
    options.header_timeout = service.response_header_timeout;
    // A copy is sent as the live request's body comes: it must not wait by itself.
    options.continue_timeout = backend.shadow ? base::Duration() : service.expect_continue_timeout;
    options.send_body_on_redirect = backend.send_body_on_redirect;
    options.held_body_bytes_max = service.router.max_body_bytes;
    return options;
}

http::Service& Worker::client_of(const plan::Backend& backend) {
    const net::ClientOptions options = client_options(backend);
    const std::string purpose = backend.shadow ? "shadow" : "live";
    if (backend.discovery) {
        const net::Discovered source{targets_, backend.discovery->name, backend.discovery->tls};
        clients_.push_back(std::make_unique<net::Client>(pools_, source, options, purpose));
        return *clients_.back();
    }
    std::vector<net::Origin> origins;
    for (const auto& host : backend.hosts) {
        origins.push_back(origin_of(host));
    }
    clients_.push_back(std::make_unique<net::Client>(pools_, origins, options, purpose));
    return *clients_.back();
}

void Worker::wire_endpoint(const plan::Endpoint& endpoint) {
    std::vector<http::Service*> backends;
    for (const auto& backend : endpoint.backends) {
        backends.push_back(&client_of(backend));
        if (backend.attempts > 1) {
            races_.push_back(std::make_unique<engine::Race>(workspace_, backend, *backends.back()));
            backends.back() = races_.back().get();
        }
    }
    endpoints_.push_back(
        std::make_unique<engine::Endpoint>(workspace_, endpoint, std::move(backends)));
    services_.push_back(endpoints_.back().get());
    if (endpoint.shadows.empty()) {
        return;
    }
    std::vector<http::Service*> shadows;
    for (const auto& backend : endpoint.shadows) {
        shadows.push_back(&client_of(backend));
    }
    mirrors_.push_back(std::make_unique<shadow::Mirror>(
        shadow::Mirror::Context{loop_, plan_, counters_, shared_.log}, endpoint, *services_.back(),
        std::move(shadows)));
    services_.back() = mirrors_.back().get();
}

void Worker::run() {
    loop_.run();
    server_->close_all();
}

void Worker::drain(base::Duration limit) {
    loop_.post([this, limit] {
        if (limit > base::Duration::zero()) {
            limit_.start(limit);
        }
        server_->drain([this] {
            drained_ = true;
            end_when_quiet();
        });
    });
}

std::size_t Worker::copies_in_flight() const {
    std::size_t count = 0;
    for (const auto& mirror : mirrors_) {
        count += mirror->in_flight();
    }
    return count;
}

void Worker::end_when_quiet() {
    if (copies_in_flight() > 0) {
        return quiet_.start(kQuietCheck);
    }
    end_now();
}

void Worker::end_now() {
    limit_.stop();
    server_->close_all();
    pools_.close_idle();
    write_report("worker ended");
    loop_.stop();
}

void Worker::report(std::string event) {
    loop_.post([this, event = std::move(event)] { write_report(event); });
}

void Worker::write_report(const std::string& event) {
    const auto text = [](std::uint64_t number) { return std::to_string(number); };
    const std::string values[] = {
        text(number_),
        text(counters_.requests.value()),
        text(server_->open_connections()),
        text(counters_.upstream_open.value()),
        text(pools_.idle()),
        text(counters_.calls_in_flight.value()),
        text(counters_.calls_resent.value()),
        text(counters_.shadow_started.value()),
        text(counters_.shadow_finished.value()),
        text(counters_.shadow_dropped.value()),
        text(copies_in_flight()),
        text(loop_.timers().size()),
        text(loop_.watched()),
        text(shared_.log.dropped()),
        errors_of(counters_),
    };
    shared_.log.write(base::LogLevel::Info, event,
                      {{"worker", values[0], false},
                       {"requests", values[1], false},
                       {"connections", values[2], false},
                       {"upstream", values[3], false},
                       {"upstream_idle", values[4], false},
                       {"calls", values[5], false},
                       {"resent", values[6], false},
                       {"shadow_started", values[7], false},
                       {"shadow_finished", values[8], false},
                       {"shadow_dropped", values[9], false},
                       {"shadow_in_flight", values[10], false},
                       {"timers", values[11], false},
                       {"descriptors", values[12], false},
                       {"log_lines_dropped", values[13], false},
                       {"errors", values[14], true}});
}

}  // namespace aggregator::app
