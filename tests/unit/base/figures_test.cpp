// Rows of figures: histograms, labels, sums over workers.
#include <aggregator/base/figures.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/base/counters.hpp>

using namespace aggregator;
using namespace std::chrono_literals;

namespace {

constexpr base::Metric kAsked{
    "asked_total", base::MetricKind::Counter, "How often.", {"endpoint", "method", "status"}};
constexpr base::Metric kBusy{"busy", base::MetricKind::Gauge, "Now."};
constexpr base::Metric kTook{"took_seconds", base::MetricKind::Histogram, "How long."};

base::LabelValues values(std::vector<std::string> of) {
    return std::make_shared<const std::vector<std::string>>(std::move(of));
}

/// `metric{a,b} value` of each row, in their order.
std::vector<std::string> rows_of(const base::Figures& figures) {
    std::vector<std::string> texts;
    for (const auto& row : figures.rows()) {
        std::string labels;
        for (std::size_t i = 0; i < row.labels.size(); ++i) {
            labels += (i == 0 ? "" : ",") + row.labels[i];
        }
        const double value =
            row.histogram ? static_cast<double>(row.histogram->count()) : row.value;
        texts.push_back(std::string(row.metric->name) + "{" + labels + "} " +
                        std::to_string(static_cast<int>(value)));
    }
    return texts;
}

/// What one of several workers shows; each has labels of its own.
base::Figures of_worker(std::uint64_t asked) {
    base::Figures figures;
    const base::Labels labels(values({"GET /e", "GET"}));
    figures.show(kTook, {}, [] {
        base::Histogram times;
        times.add(1s);
        return times;
    }());
    figures.show(kAsked, labels.with("5xx"), asked);
    figures.show(kAsked, labels.with("2xx"), asked + 1);
    figures.show(kBusy, {}, 1.0);
    return figures;
}

}  // namespace

TEST_CASE("figures: the rows of workers with the same metric and labels become one") {
    base::Figures sum = of_worker(3);
    sum.take(of_worker(10));
    sum.add_up();
    CHECK(rows_of(sum) == std::vector<std::string>{"asked_total{GET /e,GET,2xx} 15",
                                                   "asked_total{GET /e,GET,5xx} 13", "busy{} 2",
                                                   "took_seconds{} 2"});
}

TEST_CASE("figures: labels that differ in one value, or begin alike, are told apart") {
    const base::Labels shared(values({"a", "b"}));
    CHECK(shared.with("c").compare(base::Labels(values({"a", "b", "c"}))) == 0);
    CHECK(shared.compare(shared.with("c")) < 0);
    CHECK(shared.with("d").compare(shared.with("c")) > 0);
    CHECK(base::Labels().with("a").compare(shared) < 0);
    CHECK(base::Labels().compare(base::Labels()) == 0);
}

TEST_CASE("rows: a counter is made once, and keeps its value") {
    base::Rows rows;
    rows.counter(kAsked, base::Labels().with("x")) = 4;
    ++rows.counter(kAsked, base::Labels().with("x"));
    ++rows.counter(kAsked, base::Labels().with("y"));
    base::Figures figures;
    rows.show(figures);
    CHECK(rows_of(figures) == std::vector<std::string>{"asked_total{x} 5", "asked_total{y} 1"});
}

TEST_CASE("counters: each of them is a row of its own") {
    base::Counters counters;
    base::Figures before;
    counters.show(before);
    for (base::Counter* const one :
         {&counters.requests, &counters.requests_in_flight, &counters.connections_open,
          &counters.connections_accepted, &counters.accept_failures, &counters.client_bytes_in,
          &counters.client_bytes_out, &counters.upstream_open, &counters.upstream_opened,
          &counters.upstream_bytes_in, &counters.upstream_bytes_out, &counters.calls_in_flight,
          &counters.calls_resent}) {
        one->add(7);
        base::Figures after;
        counters.show(after);
        int changed = 0;
        for (std::size_t i = 0; i < after.rows().size(); ++i) {
            changed += after.rows()[i].value != before.rows()[i].value ? 1 : 0;
        }
        CHECK(changed == 1);
        one->subtract(7);
    }
}

TEST_CASE("histogram: a value on a bound counts below it, one above all behind the last") {
    base::Histogram histogram;
    histogram.add(500us);
    histogram.add(501us);
    histogram.add(11s);
    CHECK(histogram.counts[0] == 1);
    CHECK(histogram.counts[1] == 1);
    CHECK(histogram.counts.back() == 1);
    CHECK(histogram.count() == 3);
    CHECK(histogram.sum == doctest::Approx(11.001001));
}

TEST_CASE("histogram: quantiles lie between the bounds") {
    base::Histogram histogram;
    CHECK(histogram.quantile(0.5) == 0);
    for (int i = 0; i < 100; ++i) {
        histogram.add(20ms);  // between 10 and 25 ms
    }
    CHECK(histogram.quantile(0.5) == doctest::Approx(0.0175));
    CHECK(histogram.quantile(1) == doctest::Approx(0.025));
    histogram.add(60s);
    CHECK(histogram.quantile(1) == doctest::Approx(10));
}
