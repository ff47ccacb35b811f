#include "app/meter.hpp"

#include <algorithm>

#include <aggregator/plan/labels.hpp>

namespace aggregator::app {
namespace {

using base::Labels;
using base::Metric;
using base::MetricKind;

constexpr Metric kRequests{"aggregator_requests_total",
                           MetricKind::Counter,
                           "Requests of an endpoint that were answered, by class of status.",
                           {"endpoint", "method", "status"}};
constexpr Metric kDuration{"aggregator_request_duration_seconds",
                           MetricKind::Histogram,
                           "From a request's head to its answer's end.",
                           {"endpoint", "method", "status"}};
constexpr Metric kIncomplete{"aggregator_incomplete_replies_total",
                             MetricKind::Counter,
                             "Replies that lack a backend's part, or broke off.",
                             {"endpoint", "method"}};
constexpr Metric kExchanges{"aggregator_exchanges_total",
                            MetricKind::Counter,
                            "Calls to backends that ended, by what came of them.",
                            {"endpoint", "backend", "outcome"}};
constexpr Metric kExchangeDuration{"aggregator_exchange_duration_seconds",
                                   MetricKind::Histogram,
                                   "From a call to a backend to its end.",
                                   {"endpoint", "backend", "outcome"}};
constexpr Metric kHostRequests{"aggregator_host_requests_total",
                               MetricKind::Counter,
                               "Calls that ended, by the host that was asked last and the class of "
                               "its answer's status.",
                               {"endpoint", "backend", "host", "outcome", "status"}};
constexpr const Metric* kMeterMetrics[] = {&kRequests,  &kDuration,         &kIncomplete,
                                           &kExchanges, &kExchangeDuration, &kHostRequests};

/// What became of the call of one backend. One that was cut off took as long as its request.
struct Outcome {
    std::string_view name;
    base::Duration took;
};

Outcome outcome_of(const http::AccessRecord::Part& part, base::Duration request_took) {
    if (part.failure) {
        return {base::row(*part.failure).name, part.took};
    }
    if (part.status != 0) {
        return {"ok", part.took};
    }
    return {base::row(base::Code::ClientClosed).name, request_took};
}

}  // namespace

void Meter::Backend::note(const http::AccessRecord::Part& part, base::Duration request_took) {
    const Outcome outcome = outcome_of(part, request_took);
    const auto times =
        std::ranges::find(outcomes, outcome.name, [](const auto& one) { return one.first; });
    (times != outcomes.end() ? times->second
                             : outcomes.emplace_back(outcome.name, base::Histogram()).second)
        .add(outcome.took);
    if (part.at.host.empty()) {
        return;
    }
    const int status_class = (part.status != 0 ? part.status : part.at.status) / 100;
    const auto found = std::ranges::find_if(asked, [&](const Asked& one) {
        return one.outcome == outcome.name && one.status_class == status_class &&
               one.host == part.at.host;
    });
    if (found != asked.end()) {
        ++found->times;
    } else {
        asked.push_back({std::string(part.at.host), outcome.name, status_class, 1});
    }
}

void Meter::Backend::show(base::Figures& figures) const {
    const Labels own(labels);
    for (const auto& [outcome, times] : outcomes) {
        const Labels labeled = own.with(std::string(outcome));
        figures.show(kExchanges, labeled, times.count());
        figures.show(kExchangeDuration, labeled, times);
    }
    for (const Asked& one : asked) {
        const std::string status =
            one.status_class == 0 ? "none"
                                  : base::status_class(static_cast<std::size_t>(one.status_class));
        figures.show(kHostRequests, own.with(one.host).with(std::string(one.outcome)).with(status),
                     one.times);
    }
}

void Meter::Endpoint::note(const net::AccessEntry& entry) {
    const http::AccessRecord& record = entry.record;
    const auto status_class = static_cast<std::size_t>(std::clamp(entry.status / 100, 1, 5) - 1);
    served[status_class].add(entry.took);
    incomplete += record.completed ? 0 : 1;
    for (std::size_t i = 0; i < record.parts.size() && i < backends.size(); ++i) {
        if (record.parts[i].asked) {
            backends[i].note(record.parts[i], entry.took);
        }
    }
}

void Meter::Endpoint::show(base::Figures& figures) const {
    const Labels own(labels);
    for (std::size_t i = 0; i < kClasses; ++i) {
        const Labels labeled = own.with(base::status_class(i + 1));
        figures.show(kRequests, labeled, served[i].count());
        if (served[i].count() > 0) {
            figures.show(kDuration, labeled, served[i]);
        }
    }
    figures.show(kIncomplete, own, incomplete);
    for (const Backend& backend : backends) {
        backend.show(figures);
    }
}

Meter::Meter(const plan::Plan& plan) {
    for (const plan::Endpoint& endpoint : plan.endpoints) {
        Endpoint& own = endpoints_.emplace_back(Endpoint{plan::labels_of(endpoint)});
        for (const plan::Backend& backend : endpoint.backends) {
            own.backends.push_back({plan::labels_of(endpoint, backend)});
        }
    }
}

void Meter::note(const net::AccessEntry& entry) {
    const http::AccessRecord& record = entry.record;
    if (!record.endpoint.empty()) {  // else a path that does not exist, or a health check
        endpoints_[record.number].note(entry);
    }
}

void Meter::show(base::Figures& figures) const {
    for (const Endpoint& endpoint : endpoints_) {
        endpoint.show(figures);
    }
}

base::Metrics meter_metrics() { return kMeterMetrics; }

}  // namespace aggregator::app
