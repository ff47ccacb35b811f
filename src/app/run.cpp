#include <csignal>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <aggregator/base/version.hpp>
#include <aggregator/component/component.hpp>
#include <aggregator/config/load.hpp>
#include <aggregator/lint/lint.hpp>
#include "app/commands.hpp"
#include "app/connections.hpp"
#include "app/control.hpp"
#include "app/descriptors.hpp"
#include "app/environment.hpp"
#include "app/health_checks.hpp"
#include "app/tls_findings.hpp"
#include "app/tls_options.hpp"
#include "app/worker.hpp"

namespace aggregator::app {
namespace {

using base::LogLevel;

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) {
        out += (out.empty() ? "" : " ") + name;
    }
    return out;
}

using Certificates = std::vector<std::pair<std::string, std::int64_t>>;

/// One line of the log for one finding, whatever its severity.
void write_finding(base::Log& log, const reading::Diagnostic& finding) {
    constexpr LogLevel kLevels[] = {LogLevel::Error, LogLevel::Warning, LogLevel::Info};
    const LogLevel level = kLevels[static_cast<std::size_t>(finding.severity)];
    const std::string line = reading::to_line(finding);
    if (finding.hint.empty()) {
        log.write(level, line);
    } else {
        log.write(level, line, {{"hint", finding.hint}});
    }
}

/// One line about all that was left out.
void write_allowances(const config::Loaded& loaded, base::Log& log) {
    std::vector<std::string> names;
    std::size_t places = 0;
    for (const reading::Allowance& one : loaded.allowances) {
        if (one.places > 0) {
            names.push_back(one.name);
            places += one.places;
        }
    }
    if (!names.empty()) {
        log.write(LogLevel::Warning, "started without components that are not supported",
                  {{"components", joined(names)}, {"places", std::to_string(places), false}});
    }
}

/// The plan of a configuration that may start; null after its errors were logged. The other
/// findings are logged as well.
std::shared_ptr<const plan::Plan> load_plan(const Options& options, base::Log& log,
                                            Certificates& certificates) {
    const config::Loaded loaded =
        config::load(options.config, environment(options.lint.allowed), {}, component::readers());
    if (!loaded.overrides.empty()) {
        log.write(LogLevel::Info, "overridden by the environment",
                  {{"variables", joined(loaded.overrides)}});
    }
    reading::Diagnostics of_files;
    if (loaded.service) {
        TlsFindings tls = tls_findings(*loaded.service, unix_seconds());
        of_files = weighed_for_start(std::move(tls.diagnostics));
        certificates = std::move(tls.expiries);
    }
    const lint::Start start = lint::start(loaded, of_files);
    for (const auto& finding : start.findings) {
        write_finding(log, finding);
    }
    if (start.plan != nullptr) {
        write_allowances(loaded, log);
    }
    return start.plan;
}

sigset_t set_of(std::initializer_list<int> signals) {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : signals) {
        sigaddset(&set, number);
    }
    return set;
}

std::string shown(const ListenAddress& where, std::uint16_t port) {
    const bool v6 = where.address.find(':') != std::string::npos;
    const std::string address = where.address.empty() ? "*" : where.address;
    return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

using Workers = std::vector<std::unique_ptr<Worker>>;

/// Makes every worker listen on the same port; the port, or nothing after a message.
std::optional<std::uint16_t> listen_all(Workers& workers, const ListenAddress& where,
                                        base::Log& log) {
    base::Result<std::uint16_t> port = where.port;
    if (const auto free =
            where.port != 0 ? net::probe(where.address, where.port) : base::Result<void>();
        !free) {
        port = base::fail(free.error());
    }
    for (std::size_t i = 0; port && i < workers.size(); ++i) {
        port = workers[i]->listen(where.address, *port);
    }
    if (port) {
        return *port;
    }
    const std::string holder = who_listens(where.port);
    log.write(LogLevel::Error, port.error().detail,
              {{"held_by", holder.empty() ? "unknown" : holder}});
    return std::nullopt;
}

/// Waits for signals until one asks for the end.
void wait_for_end(const sigset_t& signals, Workers& workers, base::Log& log) {
    for (;;) {
        int number = 0;
        sigwait(&signals, &number);
        if (number == SIGTERM || number == SIGINT) {
            log.write(LogLevel::Info, "ending",
                      {{"signal", number == SIGTERM ? "SIGTERM" : "SIGINT"}});
            return;
        }
        if (number == SIGHUP) {
            log.write(LogLevel::Warning,
                      "SIGHUP changes nothing: reloading is not supported, restart the program to "
                      "use a changed configuration");
            continue;
        }
        for (auto& worker : workers) {
            worker->report("counters");
        }
    }
}

/// The management interface, listening, if the configuration asks for one; false after a message.
bool open_control(std::optional<Control>& control, const Workers& workers, Background& background,
                  base::Log& log) {
    const auto port = control->open();
    if (!port) {
        log.write(LogLevel::Error, "no management interface: " + port.error().detail);
        return false;
    }
    const std::string& address = control->plan().service.admin->address;
    for (const auto& worker : workers) {
        worker->forbid_redirects_to(address, *port);
    }
    background.forbid_redirects_to(address, *port);
    log.write(LogLevel::Info, "management interface listening",
              {{"address", shown({address, *port}, *port)}});
    return true;
}

void serve(Workers& workers, std::optional<Control>& control, const Shared& shared,
           const sigset_t& signals) {
    if (control) {
        control->start();
    }
    shared.background.start();
    std::vector<std::thread> threads;
    for (auto& worker : workers) {
        threads.emplace_back([&worker] { worker->run(); });
    }
    wait_for_end(signals, workers, shared.log);
    if (control) {
        control->drain();
    }
    // A second signal ends the program at once: nobody has to wait for the slowest client.
    const sigset_t ending = set_of({SIGTERM, SIGINT});
    pthread_sigmask(SIG_UNBLOCK, &ending, nullptr);
    for (auto& worker : workers) {
        worker->drain(shared.plan->service.max_shutdown_wait_time);
    }
    // All loops run until the last worker is done: the interface asks every one of them.
    for (auto& worker : workers) {
        worker->wait();
    }
    if (control) {
        control->stop();
    }
    for (auto& worker : workers) {
        worker->stop();
    }
    for (auto& thread : threads) {
        thread.join();
    }
    shared.background.stop();
}

/// The proxies of the environment, told in the log without their users; nothing after a message.
std::shared_ptr<const net::Proxies> read_proxies(base::Log& log) {
    const net::Proxies::Variables variables = proxy_variables();
    auto proxies = net::Proxies::read(variables);
    if (!proxies) {
        std::fprintf(stderr, "error: %s\n", proxies.error().detail.c_str());
        return nullptr;
    }
    const auto shown = [](const net::Proxy* proxy) {
        return proxy == nullptr ? std::string("none") : "http://" + proxy->authority;
    };
    if (proxies->http() != nullptr || proxies->https() != nullptr) {
        const std::string http = shown(proxies->http());
        const std::string https = shown(proxies->https());
        log.write(LogLevel::Info, "backends are called through proxies",
                  {{"http_proxy", http}, {"https_proxy", https}, {"no_proxy", variables.none}});
    }
    return std::make_shared<const net::Proxies>(std::move(*proxies));
}

/// Makes all that answers, listens, and serves until the end; false after a message.
bool serve_all(const Options& options, const Shared& shared, const sigset_t& signals) {
    const auto& service = shared.plan->service;
    const auto shadows = shadows_of(shared.plan);
    Workers workers;
    for (unsigned i = 0; i < shared.workers; ++i) {
        workers.push_back(std::make_unique<Worker>(shared, i));
        for (const auto& shadow : shadows) {
            workers.back()->put_shadow(shadow);
        }
    }
    std::optional<Control> control;
    if (service.admin) {
        control.emplace(shared, workers, shadows);
        if (!open_control(control, workers, shared.background, shared.log)) {
            return false;
        }
    }
    const ListenAddress where = options.listen.value_or(
        ListenAddress{service.listen_ip, static_cast<std::uint16_t>(service.port)});
    const auto port = listen_all(workers, where, shared.log);
    if (!port) {
        return false;
    }
    const std::string workers_text = std::to_string(shared.workers);
    const std::string endpoints_text = std::to_string(shared.plan->endpoints.size());
    shared.log.write(LogLevel::Info, "listening",
                     {{"address", shown(where, *port)},
                      {"workers", workers_text, false},
                      {"endpoints", endpoints_text, false},
                      {"version", base::version()}});
    serve(workers, control, shared, signals);
    return true;
}

/// Warns if clients may take the descriptors that everything else needs.
void warn_of_descriptors(const Shared& shared, std::uint64_t limit) {
    const std::uint64_t clients = std::uint64_t{shared.connections_max} * shared.workers;
    if (clients + descriptor_reserve(limit) > limit) {
        shared.log.write(LogLevel::Warning,
                         "max_connections leaves too few descriptors for connections to backends: "
                         "lower it, or raise the limit of open files",
                         {{"connections", std::to_string(clients), false},
                          {"limit", std::to_string(limit), false}});
    }
}

}  // namespace

int run(const Options& options) {
    // Before any thread is made, so that all inherit it and only wait_for_end() gets these signals.
    const sigset_t signals = set_of({SIGTERM, SIGINT, SIGHUP, SIGUSR1});
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    const std::uint64_t descriptors = raise_descriptor_limit();

    base::Log log({.level = options.log_level, .format = options.log_format});
    Certificates certificates;
    const auto plan = load_plan(options, log, certificates);
    if (plan == nullptr) {
        return kBadInput;
    }
    const auto tls = make_tls(*plan);
    if (!tls) {
        log.write(LogLevel::Error, options.config + ": error: " + tls.error().detail);
        return kBadInput;
    }
    const auto proxies = read_proxies(log);
    if (proxies == nullptr) {
        return kBadInput;
    }
    net::Resolver resolver;
    net::Discovery discovery(
        {.servers = plan->service.router.dns_servers, .refresh = plan->service.dns_cache_ttl}, log);
    LateClientTls late_tls(*plan);
    base::HeldBudget held(plan->service.router.max_held_bytes);
    net::PoolOptions pools = pool_options_of(plan->service);
    pools.tls = tls->client;
    pools.late_tls = [&late_tls] { return late_tls.context(); };
    pools.proxies = proxies;
    Background background({log, resolver, held}, pools, plan->service.dns_cache_ttl);
    const auto health = std::make_shared<const HealthBook>(*plan);
    const HealthChecks checks(*plan, *health, background);
    const Shared shared{plan,
                        log,
                        resolver,
                        discovery,
                        tls->listener,
                        pools,
                        health,
                        background,
                        std::make_shared<const component::SharedBook>(*plan, background),
                        std::make_shared<engine::Remarks>(),
                        options.workers,
                        connections_max(plan->service.router, descriptors, options.workers),
                        held,
                        std::move(certificates)};
    warn_of_descriptors(shared, descriptors);
    if (!serve_all(options, shared, signals)) {
        return kBadInput;
    }
    log.write(LogLevel::Info, "ended");
    return kFine;
}

}  // namespace aggregator::app
