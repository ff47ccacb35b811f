#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/config/load.hpp>
#include "app/meter.hpp"

using namespace aggregator;
using namespace std::chrono_literals;

namespace {

constexpr const char* kMetered = R"({"version": 3, "endpoints": [{"endpoint": "/e",
  "backend": [{"host": ["http://a"], "url_pattern": "/"},
              {"host": ["http://b"], "url_pattern": "/"}]}]})";

std::shared_ptr<const plan::Plan> plan_of_two() {
    config::Loaded loaded = config::load_text(kMetered, "test.json");
    auto plan = plan::compile(loaded, loaded.diagnostics);
    REQUIRE(plan != nullptr);
    return plan;
}

/// The values of a metric's rows by their labels, in one text.
std::map<std::string, double> rows_of(const app::Meter& meter, std::string_view metric) {
    base::Figures figures;
    meter.show(figures);
    std::map<std::string, double> rows;
    for (const auto& row : figures.rows()) {
        if (row.metric->name == metric) {
            std::string labels;
            for (std::size_t i = 0; i < row.labels.size(); ++i) {
                labels += (i == 0 ? "" : "|") + row.labels[i];
            }
            rows[labels] = row.histogram ? row.histogram->sum : row.value;
        }
    }
    return rows;
}

using Rows = std::map<std::string, double>;

/// Counts one request, which took 80 ms, with these parts.
void note(app::Meter& meter, std::vector<http::AccessRecord::Part> parts, int status = 200) {
    const http::Request request;
    http::AccessRecord record;
    record.endpoint = "/e";
    record.completed = status == 200;
    record.parts = std::move(parts);
    meter.note({.request = request, .record = record, .status = status, .took = 80ms});
}

}  // namespace

TEST_CASE("meter: requests are counted by class of status, and replies that lack something") {
    app::Meter meter(*plan_of_two());
    note(meter, {});
    note(meter, {});
    note(meter, {}, 502);
    CHECK(rows_of(meter, "aggregator_requests_total") == Rows{{"GET /e|GET|1xx", 0},
                                                              {"GET /e|GET|2xx", 2},
                                                              {"GET /e|GET|3xx", 0},
                                                              {"GET /e|GET|4xx", 0},
                                                              {"GET /e|GET|5xx", 1}});
    CHECK(rows_of(meter, "aggregator_incomplete_replies_total") == Rows{{"GET /e|GET", 1}});
    const Rows times = rows_of(meter, "aggregator_request_duration_seconds");
    REQUIRE(times.size() == 2);
    CHECK(times.at("GET /e|GET|2xx") == doctest::Approx(0.16));
}

TEST_CASE("meter: a call that its client cut off is counted, with the request's time") {
    app::Meter meter(*plan_of_two());
    note(meter, {{.status = 200, .asked = true, .failure = {}, .took = 5ms},
                 {.status = 0, .asked = true, .failure = {}, .took = {}}});
    CHECK(rows_of(meter, "aggregator_exchanges_total") ==
          Rows{{"GET /e|0 a|ok", 1}, {"GET /e|1 b|client_closed", 1}});
    CHECK(rows_of(meter, "aggregator_exchange_duration_seconds").at("GET /e|1 b|client_closed") ==
          doctest::Approx(0.08));
}

TEST_CASE("meter: calls are counted by host, outcome and class, and one without a host is not") {
    app::Meter meter(*plan_of_two());
    for (const std::string& host : {std::string("a:1"), std::string("b:1"), std::string("a:1")}) {
        note(meter, {{.status = 200, .asked = true, .failure = {}, .took = 5ms, .at = {host, 200}},
                     {.asked = true, .failure = base::Code::NoHosts}});
    }
    const std::string host = "a:1";
    note(meter, {{.asked = true, .failure = base::Code::BadStatus, .at = {host, 503}},
                 {.asked = true, .failure = base::Code::Connect, .at = {host, 0}}});
    CHECK(rows_of(meter, "aggregator_host_requests_total") ==
          Rows{{"GET /e|0 a|a:1|ok|2xx", 2},
               {"GET /e|0 a|b:1|ok|2xx", 1},
               {"GET /e|0 a|a:1|bad_status|5xx", 1},
               {"GET /e|1 b|a:1|connect|none", 1}});
}

TEST_CASE("meter: a backend that was not asked has no exchange, whatever its part says") {
    app::Meter meter(*plan_of_two());
    note(meter, {{.status = 0, .asked = false, .failure = base::Code::BodyTooLarge, .took = {}},
                 {.status = 0, .asked = false, .failure = {}, .took = {}}});
    CHECK(rows_of(meter, "aggregator_exchanges_total").empty());
}
