#include <doctest/doctest.h>

#include <set>
#include <sstream>
#include <string>

#include <aggregator/plan/labels.hpp>

#include "unit/admin/world.hpp"

using namespace aggregator;
using testing::World;

namespace {

constexpr base::Metric kTold{
    "aggregator_told_total", base::MetricKind::Counter, "What was told.", {"endpoint", "by"}};
constexpr base::Metric kTook{
    "aggregator_took_seconds", base::MetricKind::Histogram, "How long it took.", {"endpoint"}};
constexpr base::Metric kOpen{"aggregator_open", base::MetricKind::Gauge, "What is open."};

/// Some rows, and copies of the shadow `v2`.
admin::Snapshot some_snapshot(const World& world) {
    admin::Snapshot snapshot;
    base::Histogram times;
    times.add(std::chrono::milliseconds(3));
    times.add(std::chrono::seconds(60));
    for (const plan::Endpoint& endpoint : world.gateway.plan().endpoints) {
        snapshot.figures.show(kTold, base::Labels(plan::labels_of(endpoint)), std::uint64_t{2});
    }
    snapshot.figures.show(kTook, base::Labels().with("users-route"), times);
    snapshot.figures.show(kOpen, {}, 0.25);
    snapshot.figures.add_up();
    shadow::Ledger ledger;
    ledger.eligible = 20;
    ledger.finished = {0, 9, 0, 0, 1};
    ledger.dropped[static_cast<std::size_t>(shadow::Reason::BodyTooLarge)] = 7;
    ledger.in_flight = 3;
    ledger.bytes_held = 4096;
    snapshot.shadows = {{world.gateway.find("v2")->shadow->rules->id, ledger}};
    return snapshot;
}

std::string scrape(World& world) {
    world.gateway.snapshot = [&world] { return some_snapshot(world); };
    return world.get("/metrics").body;
}

/// Whether the line is there.
bool tells(const std::string& text, const std::string& line) {
    return text.find("\n" + line + "\n") != std::string::npos;
}

/// The sum of a metric's values, over all labels.
double sum_of(const std::string& text, const std::string& metric) {
    std::istringstream lines(text);
    double sum = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.compare(0, metric.size() + 1, metric + "{") == 0) {
            sum += std::stod(line.substr(line.rfind(' ') + 1));
        }
    }
    return sum;
}

}  // namespace

TEST_CASE("metrics: they are Prometheus' text format") {
    World world;
    CHECK(world.get("/metrics").header("Content-Type") ==
          "text/plain; version=0.0.4; charset=utf-8");
}

TEST_CASE("metrics: each row is a series of its metric's kind") {
    World world;
    const std::string text = scrape(world);
    CHECK(tells(text, "# TYPE aggregator_told_total counter"));
    CHECK(tells(text, "# HELP aggregator_told_total What was told."));
    CHECK(tells(text, "aggregator_told_total{endpoint=\"users-route\",by=\"GET\"} 2"));
    CHECK(tells(text, "# TYPE aggregator_open gauge"));
    CHECK(tells(text, "aggregator_open 0.25"));
    CHECK(tells(text, "# TYPE aggregator_took_seconds histogram"));
    const std::string bucket = "aggregator_took_seconds_bucket{endpoint=\"users-route\",le=\"";
    CHECK(tells(text, bucket + "0.0025\"} 0"));
    CHECK(tells(text, bucket + "0.005\"} 1"));
    CHECK(tells(text, bucket + "10\"} 1"));
    CHECK(tells(text, bucket + "+Inf\"} 2"));
    CHECK(tells(text, "aggregator_took_seconds_count{endpoint=\"users-route\"} 2"));
}

TEST_CASE("metrics: copies are accounted for to the last") {
    World world;
    const std::string text = scrape(world);
    const std::string who = "{endpoint=\"users-route\",shadow=\"v2\"";
    CHECK(tells(text, "aggregator_shadow_eligible_total" + who + "} 20"));
    CHECK(tells(text, "aggregator_shadow_finished_total" + who + ",class=\"2xx\"} 9"));
    CHECK(tells(text, "aggregator_shadow_dropped_total" + who + ",reason=\"body_too_large\"} 7"));
    CHECK(tells(text, "aggregator_shadow_dropped_total" + who + ",reason=\"sampling\"} 0"));
    CHECK(tells(text, "aggregator_shadow_in_flight" + who + "} 3"));
    CHECK(tells(text, "aggregator_shadow_bytes_held" + who + "} 4096"));
    CHECK(sum_of(text, "aggregator_shadow_eligible_total") ==
          sum_of(text, "aggregator_shadow_finished_total") +
              sum_of(text, "aggregator_shadow_dropped_total") +
              sum_of(text, "aggregator_shadow_in_flight"));
}

TEST_CASE("metrics: the effective percentage is 0 while a shadow is off or over") {
    World world;
    const std::string v2 =
        "aggregator_shadow_effective_percentage{endpoint=\"users-route\","
        "shadow=\"v2\"} ";
    CHECK(tells(scrape(world), v2 + "12.5"));
    CHECK(scrape(world).find("shadow=\"v3\"} 0") != std::string::npos);
    world.gateway.find("v2")->controls->expires = world.now + 30 * World::kSecond;
    CHECK(tells(scrape(world),
                "aggregator_shadow_expires_in_seconds{endpoint=\"users-route\","
                "shadow=\"v2\"} 30"));
    CHECK(tells(scrape(world), v2 + "12.5"));
    world.now += 31 * World::kSecond;
    CHECK(tells(scrape(world), v2 + "0"));
    CHECK(tells(scrape(world),
                "aggregator_shadow_expires_in_seconds{endpoint=\"users-route\","
                "shadow=\"v2\"} -1"));
}

TEST_CASE("metrics: what a label says is escaped") {
    std::string configuration = testing::kConfiguration;
    const std::string pattern = "/orders\"";
    configuration.replace(configuration.find(pattern), pattern.size(), "/or\\\"d\\\\e\"");
    World world(testing::guarded(), nullptr, configuration);
    CHECK(tells(scrape(world), R"(aggregator_told_total{endpoint="POST /or\"d\\e",by="POST"} 2)"));
}

TEST_CASE("metrics: no series is told twice") {
    World world;
    CHECK(world
              .send("POST", "/api/v1/gateway/routes/users-route/mirror",
                    R"({"mirrorHost":"mirror.test","mirrorPort":80})")
              .status == 201);
    std::istringstream lines(scrape(world));
    std::set<std::string> series;
    for (std::string line; std::getline(lines, line);) {
        CHECK_MESSAGE(series.insert(line.substr(0, line.rfind(' '))).second, line);
    }
    CHECK(series.size() > 100);
}
