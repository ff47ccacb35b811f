#include "admin/metrics.hpp"

#include <fstream>

#include <unistd.h>

#include <prometheus/collectable.h>
#include <prometheus/text_serializer.h>

#include "admin/describe.hpp"
#include "admin/families.hpp"
#include "admin/identity.hpp"
#include "admin/settings.hpp"

namespace aggregator::admin {

namespace {

using prometheus::MetricType;
using Families = std::vector<prometheus::MetricFamily>;

constexpr MetricType kCounter = MetricType::Counter;
constexpr MetricType kGauge = MetricType::Gauge;
constexpr MetricType kHistogram = MetricType::Histogram;

double resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double pages = 0;
    file >> pages >> pages;
    return pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

/// Where a backend stands in its endpoint, and where it asks: `0 users.internal:8080`.
std::string backend_label(const plan::Backend& backend) {
    const std::string place = std::to_string(backend.index);
    if (!backend.hosts.empty()) {
        return place + ' ' + backend.hosts.front().authority;
    }
    return backend.discovery ? place + ' ' + backend.discovery->name : place;
}

double effective_percentage(const Settings& settings, std::int64_t now) {
    const bool over = settings.expires != 0 && settings.expires <= now;
    return settings.enabled && !over ? settings.percentage : 0;
}

/// One snapshot as families.
class Scrape final : public prometheus::Collectable {
public:
    Scrape(const Gateway& gateway, const Figures& figures, std::int64_t now)
        : gateway_(gateway), figures_(figures), now_(now) {}

    [[nodiscard]] Families Collect() const override {
        Families families;
        add_requests(families);
        add_exchanges(families);
        add_hosts(families);
        add_health(families);
        add_copies(families);
        add_copy_times(families);
        add_shadow_settings(families);
        add_certificates(families);
        add_process(families);
        add_limits(families);
        return families;
    }

private:
    void add_requests(Families& families) const {
        Family total("requests_total", "Requests that were answered.", kCounter);
        Family duration("request_duration_seconds", "From a request's head to its answer's end.",
                        kHistogram);
        const auto& endpoints = gateway_.plan().endpoints;
        for (std::size_t i = 0; i < endpoints.size() && i < figures_.endpoints.size(); ++i) {
            const Served& served = figures_.endpoints[i];
            const Labels labels{{"endpoint", label_of(endpoints[i])},
                                {"method", endpoints[i].method}};
            for (std::size_t one = 0; one < served.size(); ++one) {
                const Labels own = with(labels, "status", class_name(one));
                total.count(own, served[one].count());
                if (served[one].count() > 0) {
                    duration.add(own, served[one]);
                }
            }
        }
        families.push_back(std::move(total).take());
        families.push_back(std::move(duration).take());
    }

    void add_exchanges(Families& families) const {
        Family total("exchanges_total", "Exchanges with backends that ended.", kCounter);
        Family duration("exchange_duration_seconds", "From a call to a backend to its end.",
                        kHistogram);
        const auto& endpoints = gateway_.plan().endpoints;
        for (std::size_t i = 0; i < endpoints.size() && i < figures_.exchanges.size(); ++i) {
            const auto& exchanged = figures_.exchanges[i];
            const auto& backends = endpoints[i].backends;
            for (std::size_t b = 0; b < backends.size() && b < exchanged.size(); ++b) {
                const Labels labels{{"endpoint", label_of(endpoints[i])},
                                    {"backend", backend_label(backends[b])}};
                for (const auto& [outcome, times] : exchanged[b]) {
                    const Labels own = with(labels, "outcome", std::string(outcome));
                    total.count(own, times.count());
                    duration.add(own, times);
                }
            }
        }
        families.push_back(std::move(total).take());
        families.push_back(std::move(duration).take());
    }

    void add_hosts(Families& families) const {
        Family total("host_requests_total", "Calls that ended, by the host that was asked last.",
                     kCounter);
        const auto& endpoints = gateway_.plan().endpoints;
        for (std::size_t i = 0; i < endpoints.size() && i < figures_.asked.size(); ++i) {
            for (std::size_t b = 0; b < figures_.asked[i].size(); ++b) {
                for (const HostCount& one : figures_.asked[i][b]) {
                    Labels labels = with(backend_labels(i, b), "host", one.host);
                    total.count(with(std::move(labels), "outcome", std::string(one.outcome)),
                                one.times);
                }
            }
        }
        families.push_back(std::move(total).take());
    }

    void add_health(Families& families) const {
        Family healthy("host_healthy", "1, or 0 while a host is left out because it failed.",
                       kGauge);
        Family ejections("host_ejections_total", "How often a host was left out.", kCounter);
        Family panics("host_panics_total", "Calls made while every host was left out.", kCounter);
        for (const HostFigures& one : figures_.hosts) {
            const Labels labels = with(backend_labels(one.endpoint, one.backend), "host", one.host);
            healthy.gauge(labels, one.healthy ? 1 : 0);
            for (const auto& [reason, times] : one.ejections) {
                ejections.count(with(labels, "reason", std::string(reason)), times);
            }
        }
        for (const PanicFigures& one : figures_.panics) {
            panics.count(backend_labels(one.endpoint, one.backend), one.times);
        }
        for (Family* const family : {&healthy, &ejections, &panics}) {
            families.push_back(std::move(*family).take());
        }
    }

    void add_copies(Families& families) const {
        Family eligible("shadow_eligible_total", "Requests that a shadow might get a copy of.",
                        kCounter);
        Family finished("shadow_finished_total", "Copies that were answered.", kCounter);
        Family dropped("shadow_dropped_total", "Copies that were not sent, or not answered.",
                       kCounter);
        Family in_flight("shadow_in_flight", "Copies that have not ended.", kGauge);
        for (const LiveShadow& live : gateway_.shadows()) {
            const shadow::Ledger& ledger = ledger_of(figures_, live.shadow->rules->id);
            const Labels labels = labels_of(live);
            eligible.count(labels, ledger.eligible);
            in_flight.gauge(labels, static_cast<double>(ledger.in_flight));
            for (std::size_t i = 0; i < ledger.finished.size(); ++i) {
                finished.count(with(labels, "class", class_name(i)), ledger.finished[i]);
            }
            for (std::size_t i = 0; i < ledger.dropped.size(); ++i) {
                const auto reason = shadow::name_of(static_cast<shadow::Reason>(i));
                dropped.count(with(labels, "reason", std::string(reason)), ledger.dropped[i]);
            }
        }
        for (Family* const family : {&eligible, &finished, &dropped, &in_flight}) {
            families.push_back(std::move(*family).take());
        }
    }

    void add_copy_times(Families& families) const {
        Family held("shadow_bytes_held", "Bytes of bodies that a shadow's copies hold.", kGauge);
        Family duration("shadow_duration_seconds", "From a copy's start to its end.", kHistogram);
        Family waited("shadow_queue_seconds", "What copies waited for their turn.", kHistogram);
        for (const LiveShadow& live : gateway_.shadows()) {
            const shadow::Ledger& ledger = ledger_of(figures_, live.shadow->rules->id);
            const Labels labels = labels_of(live);
            held.gauge(labels, static_cast<double>(ledger.bytes_held));
            duration.add(labels, ledger.duration);
            waited.add(labels, ledger.waited);
        }
        for (Family* const family : {&held, &duration, &waited}) {
            families.push_back(std::move(*family).take());
        }
    }

    void add_shadow_settings(Families& families) const {
        Family percentage("shadow_effective_percentage",
                          "Percentage of requests that are copied; 0 while switched off.", kGauge);
        Family expires("shadow_expires_in_seconds", "Until a shadow stops by itself.", kGauge);
        for (const LiveShadow& live : gateway_.shadows()) {
            const Settings settings = settings_of(*live.controls);
            const Labels labels = labels_of(live);
            percentage.gauge(labels, effective_percentage(settings, now_));
            if (settings.expires != 0) {
                expires.gauge(labels, static_cast<double>(settings.expires - now_) / 1e9);
            }
        }
        families.push_back(std::move(percentage).take());
        families.push_back(std::move(expires).take());
    }

    void add_certificates(Families& families) const {
        Family expiry("certificate_expiry_seconds",
                      "When a file's certificate ends, in seconds since 1970.", kGauge);
        for (const auto& [path, ends] : figures_.certificates) {
            expiry.gauge({{"certificate", path}}, static_cast<double>(ends));
        }
        families.push_back(std::move(expiry).take());
    }

    void add_process(Families& families) const {
        Family connections("connections", "Open connections of clients.", kGauge);
        Family pooled("pool_connections", "Open connections to backends.", kGauge);
        Family lag("loop_lag_seconds", "How late a worker's loop is.", kGauge);
        Family resident("resident_memory_bytes", "Memory of the process that is resident.", kGauge);
        Family lost("access_log_dropped_total",
                    "Lines of the log, of the access log too, that were dropped.", kCounter);
        connections.gauge({}, static_cast<double>(figures_.connections));
        pooled.gauge({}, static_cast<double>(figures_.pool_connections));
        for (std::size_t i = 0; i < figures_.loop_lag.size(); ++i) {
            lag.gauge({{"worker", std::to_string(i)}}, figures_.loop_lag[i]);
        }
        resident.gauge({}, resident_bytes());
        lost.count({}, figures_.access_log_dropped);
        for (Family* const family : {&connections, &pooled, &lag, &resident, &lost}) {
            families.push_back(std::move(*family).take());
        }
    }

    void add_limits(Families& families) const {
        Family held("held_bytes", "Memory for what peers are not done with.", kGauge);
        Family given_up("given_up_total", "What was given up to make room for more.", kCounter);
        Family errors("errors_total", "Failures, by their names.", kCounter);
        for (std::size_t i = 0; i < base::kHeldKinds; ++i) {
            const Labels labels{
                {"kind", std::string(base::name_of(static_cast<base::HeldKind>(i)))}};
            held.gauge(labels, static_cast<double>(figures_.held_bytes[i]));
            given_up.count(labels, figures_.given_up[i]);
        }
        for (std::size_t i = 0; i < base::kCodes; ++i) {
            errors.count({{"error", std::string(base::row(static_cast<base::Code>(i)).name)}},
                         figures_.errors[i]);
        }
        for (Family* const family : {&held, &given_up, &errors}) {
            families.push_back(std::move(*family).take());
        }
    }

    [[nodiscard]] Labels labels_of(const LiveShadow& live) const {
        return {{"endpoint", label_of(gateway_.plan().endpoints[live.endpoint])},
                {"shadow", live.shadow->rules->config.name}};
    }

    [[nodiscard]] Labels backend_labels(std::size_t endpoint, std::size_t backend) const {
        const plan::Endpoint& one = gateway_.plan().endpoints[endpoint];
        return {{"endpoint", label_of(one)}, {"backend", backend_label(one.backends[backend])}};
    }

    static Labels with(Labels labels, std::string_view name, std::string value) {
        labels.emplace_back(name, std::move(value));
        return labels;
    }

    const Gateway& gateway_;
    const Figures& figures_;
    std::int64_t now_;
};

}  // namespace

std::string metrics_text(const Gateway& gateway, const Figures& figures, std::int64_t now) {
    return prometheus::TextSerializer().Serialize(Scrape(gateway, figures, now).Collect());
}

}  // namespace aggregator::admin
