#include "app/metric_table.hpp"

#include <algorithm>

#include <aggregator/admin/gateway.hpp>
#include <aggregator/base/counters.hpp>
#include <aggregator/base/held.hpp>
#include <aggregator/component/component.hpp>
#include <aggregator/net/pools.hpp>
#include <aggregator/shadow/ledger.hpp>
#include "app/health_book.hpp"
#include "app/meter.hpp"
#include "app/process_figures.hpp"

namespace aggregator::app {
namespace {

using base::Metric;

void append(std::vector<const Metric*>& all, base::Metrics metrics) {
    all.insert(all.end(), metrics.begin(), metrics.end());
}

}  // namespace

std::vector<const Metric*> all_metrics() {
    std::vector<const Metric*> all;
    for (const base::Metrics table :
         {meter_metrics(), health_metrics(), base::counter_metrics(), base::held_metrics(),
          net::pool_metrics(), shadow::ledger_metrics(), admin::settings_metrics(),
          component::rejection_metrics(), process_metrics()}) {
        append(all, table);
    }
    for (const component::Component* const one : component::all()) {
        if (one->metrics != nullptr) {
            append(all, one->metrics());
        }
    }
    std::sort(all.begin(), all.end(),
              [](const Metric* a, const Metric* b) { return a->name < b->name; });
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

}  // namespace aggregator::app
