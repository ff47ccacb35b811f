// The tables of metrics of all rooms and components.
#include "app/metric_table.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include <aggregator/component/component.hpp>
#include "app/process_figures.hpp"

using namespace aggregator;

namespace {

bool begins_with(std::string_view text, std::string_view begin) {
    return text.substr(0, begin.size()) == begin;
}

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

TEST_CASE("metrics: names follow Prometheus' rules, and none is there twice") {
    std::set<std::string_view> names;
    for (const base::Metric* const metric : app::all_metrics()) {
        CAPTURE(metric->name);
        CHECK(names.insert(metric->name).second);
        CHECK((begins_with(metric->name, "aggregator_") || begins_with(metric->name, "process_")));
        CHECK(ends_with(metric->name, "_total") == (metric->kind == base::MetricKind::Counter));
        CHECK(ends_with(metric->help, "."));
    }
    CHECK(names.size() > 30);
}

TEST_CASE("metrics: those of every component are among them") {
    const auto all = app::all_metrics();
    const std::set<const base::Metric*> known(all.begin(), all.end());
    for (const component::Component* const one : component::all()) {
        if (one->metrics != nullptr) {
            for (const base::Metric* const metric : one->metrics()) {
                CHECK(known.count(metric) == 1);
            }
        }
    }
}

TEST_CASE("metrics: what the process is told of is in the table, with its labels") {
    base::Figures figures;
    app::show_lag(figures, 1, 0.5);
    REQUIRE(figures.rows().size() == 1);
    CHECK(base::label_names(*figures.rows().front().metric) == "worker");
    CHECK(figures.rows().front().labels[0] == "1");
}
