#include <aggregator/base/counters.hpp>

#include <iterator>
#include <string>

namespace aggregator::base {

namespace {

constexpr MetricKind kUp = MetricKind::Counter;
constexpr MetricKind kBoth = MetricKind::Gauge;

constexpr Metric kHeads{"aggregator_heads_total", kUp, "Heads of requests that were read."};
constexpr Metric kInFlight{"aggregator_requests_in_flight", kBoth,
                           "Requests whose replies are not at their end."};
constexpr Metric kConnections{"aggregator_connections", kBoth, "Open connections of clients."};
constexpr Metric kAccepted{"aggregator_connections_accepted_total", kUp,
                           "Connections of clients that were accepted."};
constexpr Metric kNotAccepted{"aggregator_accept_failures_total", kUp,
                              "Connections of clients that could not be accepted."};
constexpr Metric kBytesIn{"aggregator_received_bytes_total",
                          kUp,
                          "Bytes that came from clients or from backends, without what TLS adds.",
                          {"from"}};
constexpr Metric kBytesOut{"aggregator_sent_bytes_total",
                           kUp,
                           "Bytes that went to clients or to backends, without what TLS adds.",
                           {"to"}};
constexpr Metric kUpstream{"aggregator_pool_connections", kBoth, "Open connections to backends."};
constexpr Metric kOpened{"aggregator_pool_connections_opened_total", kUp,
                         "Connections to backends that were opened."};
constexpr Metric kCalls{"aggregator_calls_in_flight", kBoth,
                        "Calls to backends that have not ended, those of shadows included."};
constexpr Metric kResent{"aggregator_calls_resent_total", kUp,
                         "Calls that were sent once more because a kept connection was closed."};
constexpr Metric kErrors{"aggregator_errors_total",
                         kUp,
                         "Failures, by their names: refused requests, connections and handshakes, "
                         "and calls to backends.",
                         {"error"}};

constexpr const Metric* kCounterMetrics[] = {&kHeads,       &kInFlight, &kConnections, &kAccepted,
                                             &kNotAccepted, &kBytesIn,  &kBytesOut,    &kUpstream,
                                             &kOpened,      &kCalls,    &kResent,      &kErrors};

}  // namespace

void Counters::show(Figures& figures) const {
    const Labels none;
    figures.show(kHeads, none, requests.value());
    figures.show(kInFlight, none, requests_in_flight.value());
    figures.show(kConnections, none, connections_open.value());
    figures.show(kAccepted, none, connections_accepted.value());
    figures.show(kNotAccepted, none, accept_failures.value());
    figures.show(kBytesIn, none.with("clients"), client_bytes_in.value());
    figures.show(kBytesIn, none.with("backends"), upstream_bytes_in.value());
    figures.show(kBytesOut, none.with("clients"), client_bytes_out.value());
    figures.show(kBytesOut, none.with("backends"), upstream_bytes_out.value());
    figures.show(kUpstream, none, upstream_open.value());
    figures.show(kOpened, none, upstream_opened.value());
    figures.show(kCalls, none, calls_in_flight.value());
    figures.show(kResent, none, calls_resent.value());
    for (std::size_t i = 0; i < errors.size(); ++i) {
        figures.show(kErrors, none.with(std::string(row(static_cast<Code>(i)).name)),
                     errors[i].value());
    }
}

Metrics counter_metrics() { return kCounterMetrics; }

}  // namespace aggregator::base
