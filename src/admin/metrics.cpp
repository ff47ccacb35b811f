#include "admin/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <aggregator/plan/labels.hpp>

#include "admin/describe.hpp"
#include "admin/families.hpp"
#include "admin/settings.hpp"

namespace aggregator::admin {

namespace {

using base::Metric;
using base::MetricKind;

constexpr Metric kPercentage{"aggregator_shadow_effective_percentage",
                             MetricKind::Gauge,
                             "Percentage of requests that are copied; 0 while switched off.",
                             {"endpoint", "shadow"}};
constexpr Metric kExpires{"aggregator_shadow_expires_in_seconds",
                          MetricKind::Gauge,
                          "Until a shadow stops by itself; only of one that does.",
                          {"endpoint", "shadow"}};
constexpr const Metric* kShadowMetrics[] = {&kPercentage, &kExpires};

double effective_percentage(const Settings& settings, std::int64_t now) {
    const bool over = settings.expires != 0 && settings.expires <= now;
    return settings.enabled && !over ? settings.percentage : 0;
}

void show_settings(base::Figures& figures, const Settings& settings, const base::Labels& labels,
                   std::int64_t now) {
    figures.show(kPercentage, labels, effective_percentage(settings, now));
    if (settings.expires != 0) {
        figures.show(kExpires, labels, static_cast<double>(settings.expires - now) / 1e9);
    }
}

base::Figures shadow_figures(const Gateway& gateway, const Snapshot& snapshot, std::int64_t now) {
    base::Figures figures;
    for (const LiveShadow& live : gateway.shadows()) {
        const auto labels = plan::labels_of(gateway.plan().endpoints[live.endpoint], *live.shadow);
        ledger_of(snapshot, live.shadow->rules->id).show(figures, labels);
        show_settings(figures, settings_of(*live.controls), base::Labels(labels), now);
    }
    figures.add_up();
    return figures;
}

}  // namespace

std::string metrics_text(const Gateway& gateway, const Snapshot& snapshot, std::int64_t now) {
    const prometheus::TextSerializer serializer;
    return serializer.Serialize(families_of(snapshot.figures)) +
           serializer.Serialize(families_of(shadow_figures(gateway, snapshot, now)));
}

base::Metrics settings_metrics() { return kShadowMetrics; }

}  // namespace aggregator::admin
