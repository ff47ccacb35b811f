#include "unit/config/loading.hpp"

#include <chrono>
#include <string>
#include <vector>

using namespace aggregator::config;
using namespace aggregator::config::testing;
using namespace std::chrono_literals;

namespace {

/// A backend with this `backend/health`, and a service with that.
Loaded load_health(const std::string& backend, const std::string& service = "{}") {
    return load_service(R"("host": ["a"], "extra_config": {"backend/health": )" + service +
                        R"(}, "endpoints": [{"backend": [{"extra_config": {"backend/health": )" +
                        backend + "}}]}]");
}

const HealthConfig& health_of(const Loaded& loaded) { return backend_of(loaded).health; }

}  // namespace

TEST_CASE("backend/health: all keys of passive are read") {
    const Loaded loaded = load_health(
        R"({"passive": {"failures": 3, "statuses": [502, 503], "eject": "1s", "eject_max": "1m",
            "max_ejected": 30, "slow": false}, "active": false})");
    CHECK(is_silent(loaded));
    const HealthConfig& health = health_of(loaded);
    CHECK(health.passive == true);
    CHECK(health.failures == 3);
    CHECK(health.statuses == std::vector<int>{502, 503});
    CHECK(health.eject == 1s);
    CHECK(health.eject_max == 1min);
    CHECK(health.max_ejected == 30);
}

TEST_CASE("backend/health: all keys of slow and active are read") {
    const Loaded loaded = load_health(
        R"({"passive": {"slow": {"factor": 2.5, "calls": 10}}, "active": {"path": "/up?q=1",
            "method": "HEAD", "interval": "1s", "timeout": "200ms", "healthy": 4, "unhealthy": 5,
            "statuses": ["200-299", "404", 410], "host": "h", "port": 81,
            "headers": {"A": "b"}}})");
    CHECK(is_silent(loaded));
    const HealthConfig& health = health_of(loaded);
    CHECK(health.slow == SlowConfig{.factor = 2.5, .calls = 10});
    CHECK(health.checks == true);
    CHECK(health.active == ActiveConfig{.path = "/up?q=1",
                                        .method = "HEAD",
                                        .interval = 1s,
                                        .timeout = 200ms,
                                        .healthy = 4,
                                        .unhealthy = 5,
                                        .statuses = {{200, 299}, {404, 404}, {410, 410}},
                                        .host = "h",
                                        .port = 81,
                                        .headers = {{"A", "b"}}});
}

TEST_CASE("backend/health: a backend may switch the service's checks off") {
    const char* const on = R"({"active": {"path": "/up"}})";
    CHECK(health_of(load_health("{}", on)).checks == true);
    CHECK(health_of(load_health("{}", on)).active->path == "/up");
    CHECK(health_of(load_health(R"({"active": false})", on)).checks == false);
    CHECK(health_of(load_health("false", on)).checks == false);
}

TEST_CASE("backend/health: false, of the whole or of passive, switches it off") {
    for (const char* off : {"false", R"({"passive": false})"}) {
        CAPTURE(off);
        CHECK(health_of(load_health(off)).passive == false);
        CHECK(health_of(load_health("{}", off)).passive == false);
        CHECK(health_of(load_health(R"({"passive": {}})", off)).passive == true);
    }
    CHECK(health_of(load_health("{}")).passive == true);
}

TEST_CASE("backend/health: a backend's keys come before the service's, one by one") {
    const Loaded loaded = load_health(R"({"passive": {"failures": 3}})",
                                      R"({"passive": {"failures": 9, "max_ejected": 20}})");
    CHECK(health_of(loaded).failures == 3);
    CHECK(health_of(loaded).max_ejected == 20);
}

TEST_CASE("backend/health: what is out of range, of another type or not there is refused") {
    for (const char* bad : {R"({"passive": {"failures": 0}})", R"({"passive": {"failures": 1001}})",
                            R"({"passive": {"statuses": [99]}})", R"({"passive": {"eject": "0s"}})",
                            R"({"passive": {"max_ejected": 101}})"}) {
        CAPTURE(bad);
        (void)error(load_health(bad), "out-of-range");
    }
    for (const char* bad :
         {"1", "\"off\"", R"({"passive": "no"})", R"({"passive": {"statuses": 503}})",
          R"({"passive": {"failures": "3"}})"}) {
        CAPTURE(bad);
        (void)error(load_health(bad), "wrong-type");
    }
    for (const char* bad :
         {R"({"active": {}})", R"({"active": {"path": "healthz"}})",
          R"({"active": {"path": "/a b"}})", R"({"active": {"path": "/", "statuses": []}})",
          R"({"active": {"path": "/", "statuses": ["399-200"]}})",
          R"({"active": {"path": "/", "headers": {"a b": "c"}}})"}) {
        CAPTURE(bad);
        (void)error(load_health(bad), "bad-value");
    }
    for (const char* bad :
         {R"({"active": {"path": "/", "interval": "0s"}})",
          R"({"active": {"path": "/", "healthy": 0}})",
          R"({"active": {"path": "/", "port": 65536}})", R"({"passive": {"slow": {"factor": 1}}})",
          R"({"passive": {"slow": {"calls": 0}}})"}) {
        CAPTURE(bad);
        (void)error(load_health(bad), "out-of-range");
    }
    (void)warning(load_health(R"({"passive": {"failure": 3}})"), "unknown-key");
}
