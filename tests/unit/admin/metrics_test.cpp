#include <doctest/doctest.h>

#include <set>
#include <sstream>
#include <string>

#include "unit/admin/world.hpp"

using namespace aggregator;
using testing::World;

namespace {

admin::Figures some_figures(const World& world) {
    admin::Figures figures;
    figures.endpoints.resize(2);
    figures.endpoints[0][1].add(std::chrono::milliseconds(3));
    figures.endpoints[0][1].add(std::chrono::seconds(60));
    figures.endpoints[0][4].add(std::chrono::seconds(1));
    figures.exchanges = {{{}}, {{}}};
    figures.exchanges[0][0] = {{"ok", {}}, {"timeout", {}}};
    figures.exchanges[0][0][0].second.add(std::chrono::milliseconds(3));
    figures.exchanges[0][0][1].second.add(std::chrono::seconds(1));
    figures.exchanges[0][0][1].second.add(std::chrono::seconds(1));
    figures.asked = {{{{"users.test", "ok", 5}, {"users.test", "timeout", 2}}}, {{}}};
    figures.hosts = {{.endpoint = 0,
                      .backend = 0,
                      .host = "users.test",
                      .healthy = false,
                      .ejections = {{"timeout", 3}}}};
    figures.panics = {{0, 0, 4}};
    shadow::Ledger ledger;
    ledger.eligible = 20;
    ledger.finished = {0, 9, 0, 0, 1};
    ledger.dropped[static_cast<std::size_t>(shadow::Reason::BodyTooLarge)] = 7;
    ledger.in_flight = 3;
    ledger.bytes_held = 4096;
    figures.shadows = {{world.gateway.find("v2")->shadow->rules->id, ledger}};
    figures.connections = 11;
    figures.pool_connections = 12;
    figures.loop_lag = {0.25, 0};
    figures.access_log_dropped = 13;
    return figures;
}

std::string scrape(World& world) {
    world.gateway.figures = some_figures(world);
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

TEST_CASE("metrics: requests are counted by endpoint, method and class") {
    World world;
    const std::string text = scrape(world);
    CHECK(tells(text, "# TYPE aggregator_requests_total counter"));
    CHECK(tells(text,
                "aggregator_requests_total{endpoint=\"users-route\",method=\"GET\","
                "status=\"2xx\"} 2"));
    CHECK(tells(text,
                "aggregator_requests_total{endpoint=\"POST /orders\",method=\"POST\","
                "status=\"2xx\"} 0"));
    CHECK(tells(text, "# TYPE aggregator_request_duration_seconds histogram"));
    const std::string series = "{endpoint=\"users-route\",method=\"GET\",status=\"2xx\",le=\"";
    CHECK(tells(text, "aggregator_request_duration_seconds_bucket" + series + "0.0025\"} 0"));
    CHECK(tells(text, "aggregator_request_duration_seconds_bucket" + series + "0.005\"} 1"));
    CHECK(tells(text, "aggregator_request_duration_seconds_bucket" + series + "10\"} 1"));
    CHECK(tells(text, "aggregator_request_duration_seconds_bucket" + series + "+Inf\"} 2"));
}

TEST_CASE("metrics: the hosts of a backend are told apart") {
    World world;
    const std::string text = scrape(world);
    const std::string labels =
        "{endpoint=\"users-route\",backend=\"0 users.test\",host=\"users.test\"";
    for (const std::string& line :
         {"aggregator_host_requests_total" + labels + ",outcome=\"ok\"} 5\n",
          "aggregator_host_requests_total" + labels + ",outcome=\"timeout\"} 2\n",
          "aggregator_host_healthy" + labels + "} 0\n",
          "aggregator_host_ejections_total" + labels + ",reason=\"timeout\"} 3\n",
          std::string("aggregator_host_panics_total{endpoint=\"users-route\","
                      "backend=\"0 users.test\"} 4\n")}) {
        CAPTURE(line);
        CHECK(text.find(line) != std::string::npos);
    }
}

TEST_CASE("metrics: exchanges are counted by backend and outcome") {
    World world;
    const std::string text = scrape(world);
    CHECK(tells(text,
                "aggregator_exchanges_total{endpoint=\"users-route\",backend=\"0 users.test\","
                "outcome=\"timeout\"} 2"));
    CHECK(tells(text,
                "aggregator_exchange_duration_seconds_count{endpoint=\"users-route\","
                "backend=\"0 users.test\",outcome=\"ok\"} 1"));
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

TEST_CASE("metrics: the process is told of") {
    World world;
    const std::string text = scrape(world);
    CHECK(tells(text, "aggregator_connections 11"));
    CHECK(tells(text, "aggregator_pool_connections 12"));
    CHECK(tells(text, "aggregator_loop_lag_seconds{worker=\"0\"} 0.25"));
    CHECK(tells(text, "aggregator_access_log_dropped_total 13"));
    const std::string memory = "\naggregator_resident_memory_bytes ";
    REQUIRE(text.find(memory) != std::string::npos);
    CHECK(std::stod(text.substr(text.find(memory) + memory.size())) > 1e6);
}

TEST_CASE("metrics: what a label says is escaped") {
    std::string configuration = testing::kConfiguration;
    const std::string pattern = "/orders\"";
    configuration.replace(configuration.find(pattern), pattern.size(), "/or\\\"d\\\\e\"");
    World world(testing::guarded(), nullptr, configuration);
    CHECK(tells(scrape(world), R"(aggregator_requests_total{endpoint="POST /or\"d\\e",)"
                               R"(method="POST",status="1xx"} 0)"));
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
