#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>

#include <aggregator/config/load.hpp>
#include "app/meter.hpp"

using namespace aggregator;
using namespace std::chrono_literals;

namespace {

constexpr const char* kConfiguration = R"({"version": 3, "endpoints": [{"endpoint": "/e",
  "backend": [{"host": ["http://a"], "url_pattern": "/"},
              {"host": ["http://b"], "url_pattern": "/"}]}]})";

/// The exchanges that a meter counts for one request, which took 80 ms, with these parts.
std::vector<admin::Exchanged> counted(std::vector<http::AccessRecord::Part> parts) {
    config::Loaded loaded = config::load_text(kConfiguration, "test.json");
    const auto plan = plan::compile(loaded, loaded.diagnostics);
    REQUIRE(plan != nullptr);
    const http::Request request;
    http::AccessRecord record;
    record.endpoint = "/e";
    record.parts = std::move(parts);
    app::Meter meter(*plan);
    meter.note({.request = request, .record = record, .status = 200, .bytes = 0, .took = 80ms});
    admin::Figures figures;
    meter.add_to(figures);
    return figures.exchanges.front();
}

}  // namespace

TEST_CASE("meter: a call that its client cut off is counted, with the request's time") {
    const auto exchanges = counted({{.status = 200, .asked = true, .failure = {}, .took = 5ms},
                                    {.status = 0, .asked = true, .failure = {}, .took = {}}});
    REQUIRE(exchanges.size() == 2);
    REQUIRE(exchanges[0].size() == 1);
    CHECK(exchanges[0].front().first == "ok");
    REQUIRE(exchanges[1].size() == 1);
    CHECK(exchanges[1].front().first == "client_closed");
    CHECK(exchanges[1].front().second.count() == 1);
    CHECK(exchanges[1].front().second.sum == doctest::Approx(0.08));
}

TEST_CASE("meter: calls are counted by host and outcome, and a call without a host is not") {
    config::Loaded loaded = config::load_text(kConfiguration, "test.json");
    const auto plan = plan::compile(loaded, loaded.diagnostics);
    REQUIRE(plan != nullptr);
    app::Meter meter(*plan);
    const http::Request request;
    http::AccessRecord record;
    record.endpoint = "/e";
    for (const std::string& host : {std::string("a:1"), std::string("b:1"), std::string("a:1")}) {
        record.parts = {
            {.status = 200, .asked = true, .failure = {}, .took = 5ms, .at = {host, 200}},
            {.asked = true, .failure = base::Code::NoHosts}};
        meter.note({.request = request, .record = record, .status = 200, .took = 80ms});
    }
    admin::Figures figures;
    meter.add_to(figures);
    meter.add_to(figures);
    REQUIRE(figures.asked.front().front().size() == 2);
    CHECK(figures.asked.front().front().front().host == "a:1");
    CHECK(figures.asked.front().front().front().outcome == "ok");
    CHECK(figures.asked.front().front().front().times == 4);
    CHECK(figures.asked.front().back().empty());
}

TEST_CASE("meter: a backend that was not asked has no exchange, whatever its part says") {
    const auto exchanges =
        counted({{.status = 0, .asked = false, .failure = base::Code::BodyTooLarge, .took = {}},
                 {.status = 0, .asked = false, .failure = {}, .took = {}}});
    REQUIRE(exchanges.size() == 2);
    CHECK(exchanges[0].empty());
    CHECK(exchanges[1].empty());
}
