#include <aggregator/component/logins.hpp>

#include <string>

namespace aggregator::component {

namespace {

constexpr base::Metric kLogins{"aggregator_logins_total",
                               base::MetricKind::Counter,
                               "Requests that had to say who sends them, by what became of that.",
                               {"kind", "outcome"}};
constexpr const base::Metric* kLoginMetrics[] = {&kLogins};

}  // namespace

std::uint64_t& logins(const Wiring& wiring, std::string_view kind, std::string_view outcome) {
    return wiring.rows.counter(kLogins,
                               base::Labels().with(std::string(kind)).with(std::string(outcome)));
}

base::Metrics login_metrics() { return kLoginMetrics; }

}  // namespace aggregator::component
