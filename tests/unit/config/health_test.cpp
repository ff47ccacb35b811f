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
         {R"({"active": {"path": "/"}})", R"({"passive": {"slow": {"calls": 5}}})"}) {
        CAPTURE(bad);
        (void)error(load_health(bad), "bad-value");
    }
    (void)warning(load_health(R"({"passive": {"failure": 3}})"), "unknown-key");
}
