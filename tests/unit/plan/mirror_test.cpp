#include <doctest/doctest.h>

#include <limits>

#include <aggregator/config/load.hpp>
#include <aggregator/plan/plan.hpp>

using namespace aggregator;
using namespace aggregator::plan;

namespace {

std::shared_ptr<const Plan> plan_with(const std::string& shadow = R"("allowed_hosts": ["v2"])") {
    const auto loaded = config::load_text(
        R"({"version": 3, "extra_config": {"proxy/shadow": {)" + shadow +
            R"(}}, "endpoints": [{"endpoint": "/users/{id}", "timeout": "3s", "concurrent_calls": 3,
                "backend": [
                    {"host": ["http://live:8080", "https://tls:8443"], "url_pattern": "/u/{id}"},
                    {"host": ["http://second"], "url_pattern": "/s"},
                    {"host": ["http://copy"], "extra_config": {"proxy": {"shadow": true}}}]}]})",
        "test.json");
    REQUIRE(loaded.service.has_value());
    reading::Diagnostics diagnostics;
    auto plan = compile(loaded, diagnostics);
    REQUIRE(plan != nullptr);
    return plan;
}

base::Result<std::shared_ptr<const Backend>> mirror_of(const MirrorSpec& spec) {
    const auto plan = plan_with();
    return compile_mirror(*plan, plan->endpoints.front(), spec);
}

std::string refusal(const MirrorSpec& spec) {
    const auto mirror = mirror_of(spec);
    REQUIRE_FALSE(mirror.has_value());
    CHECK(mirror.error().code == base::Code::BadConfiguration);
    return mirror.error().detail;
}

}  // namespace

TEST_CASE("mirror: it gets what the first backend gets, at another host") {
    const auto mirror = mirror_of({.host = "v2", .port = 9000, .percentage = 50, .wait = true});
    REQUIRE(mirror.has_value());
    const Backend& backend = **mirror;
    CHECK(backend.shadow);
    CHECK(backend.pattern == "/u/{{.Id}}");
    CHECK(backend.attempts == 1);
    CHECK(backend.shadow_timeout == std::chrono::seconds(3));
    REQUIRE(backend.hosts.size() == 1);
    CHECK(backend.hosts.front().authority == "v2:9000");
    CHECK_FALSE(backend.hosts.front().tls);
    REQUIRE(backend.rules != nullptr);
    CHECK(backend.rules->config.name == "mirror");
    CHECK(backend.rules->config.sample.percentage == 50);
    CHECK(backend.rules->config.wait);
    CHECK(backend.rules->config.log == config::ShadowLog::All);
    CHECK(backend.rules->id.size() == 16);
    CHECK_FALSE(backend.rules->strips);
}

TEST_CASE("mirror: it has the service's defaults, and is switched on") {
    const auto plan = plan_with(R"("allowed_hosts": ["v2"], "defaults": {"enabled": false,
        "sample": {"percentage": 1, "salt": "s"}, "limits": {"queue": 3}, "expires": "1h",
        "request": {"headers": {"set": {"X-User": "{param.id}"}}}})");
    const auto mirror =
        compile_mirror(*plan, plan->endpoints.front(), {.host = "v2", .log_all = false});
    REQUIRE(mirror.has_value());
    const config::ShadowConfig& config = (*mirror)->rules->config;
    CHECK(config.enabled);
    CHECK(config.sample.percentage == 100);
    CHECK(config.limits.queue == 3);
    CHECK(config.log == config::ShadowLog::Off);
    CHECK(config.expires_at.has_value());
    CHECK((*mirror)->rules->salt == "s");
    CHECK((*mirror)->rules->set.size() == 1);
}

TEST_CASE("mirror: a live host of the endpoint is refused unless it is allowed") {
    const std::string reason = refusal({.host = "live", .port = 8080});
    CHECK(reason.find("`allowed_hosts`") != std::string::npos);
    CHECK(reason.find("names `v2`") != std::string::npos);
    const auto plan = plan_with("");
    const auto mirror = compile_mirror(*plan, plan->endpoints.front(), {.host = "second"});
    REQUIRE_FALSE(mirror.has_value());
    CHECK(mirror.error().detail.find("names no host") != std::string::npos);
}

TEST_CASE("mirror: an allowed host is spoken to as its live namesake is, else by its port") {
    const auto plan = plan_with(R"("allowed_hosts": ["live", "tls", "v2"])");
    const auto at = [&plan](const std::string& host, std::uint16_t port) {
        const auto mirror =
            compile_mirror(*plan, plan->endpoints.front(), {.host = host, .port = port});
        REQUIRE(mirror.has_value());
        return (*mirror)->hosts.front();
    };
    CHECK_FALSE(at("LIVE", 8080).tls);
    CHECK(at("tls", 8443).tls);
    CHECK_FALSE(at("tls", 8444).tls);
    CHECK(at("v2", 443).tls);
    CHECK(at("v2", 443).authority == "v2");
}

TEST_CASE("mirror: what it is asked for has the path in front that the first live host has") {
    const auto loaded = config::load_text(
        R"({"version": 3, "extra_config": {"proxy/shadow": {"allowed_hosts": ["v2"]}},
            "endpoints": [{"endpoint": "/a", "backend": [
                {"host": ["http://live:8080/api/v1/", "http://next/other"]},
                {"host": ["http://second/b"]}]}]})",
        "test.json");
    reading::Diagnostics diagnostics;
    const auto plan = compile(loaded, diagnostics);
    REQUIRE(plan != nullptr);
    const auto mirror = compile_mirror(*plan, plan->endpoints.front(), {.host = "v2"});
    REQUIRE(mirror.has_value());
    CHECK((*mirror)->hosts.front().prefix == "/api/v1");
}

TEST_CASE("mirror: a host that nobody allowed is refused") {
    CHECK(refusal({.host = "evil.example"}).find("`allowed_hosts`") != std::string::npos);
    CHECK(refusal({.host = "live", .port = 81}).find("`allowed_hosts`") != std::string::npos);
    CHECK(refusal({.host = "copy"}).find("`allowed_hosts`") != std::string::npos);
    CHECK(refusal({.host = "169.254.169.254"}).find("`allowed_hosts`") != std::string::npos);
}

TEST_CASE("mirror: a host is a name or an address, nothing else") {
    for (const char* host : {"", "http://v2", "v2/", "v2/path", "v2:80", "user@v2", "v2?a", "v2#a",
                             "v2\r\nX: 1", " v2", "[::1", "[v2]", "::g", "v2\\"}) {
        CAPTURE(host);
        CHECK(refusal({.host = host}).find("not well formed") != std::string::npos);
    }
    CHECK(refusal({.host = std::string(5000, 'x') + "/"}).size() < 300);
    CHECK(refusal({.host = "v2", .port = 0}).find("port") != std::string::npos);
}

TEST_CASE("mirror: an IPv6 address may stand without brackets") {
    const auto plan = plan_with(R"("allowed_hosts": ["[::1]:8080"])");
    for (const char* host : {"::1", "[::1]"}) {
        CAPTURE(host);
        const auto mirror =
            compile_mirror(*plan, plan->endpoints.front(), {.host = host, .port = 8080});
        REQUIRE(mirror.has_value());
        CHECK((*mirror)->hosts.front().name == "::1");
        CHECK((*mirror)->hosts.front().authority == "[::1]:8080");
    }
}

TEST_CASE("mirror: a percentage is from 0 to 100") {
    CHECK(mirror_of({.host = "v2", .percentage = 0}).has_value());
    for (const double percentage : {-0.1, 100.1, std::numeric_limits<double>::quiet_NaN(),
                                    std::numeric_limits<double>::infinity()}) {
        CAPTURE(percentage);
        CHECK(refusal({.host = "v2", .percentage = percentage}).find("percentage") !=
              std::string::npos);
    }
}

TEST_CASE("mirror: defaults that do not fit the endpoint are told") {
    const auto loaded = config::load_text(
        R"({"version": 3, "host": ["http://live"], "extra_config": {"proxy/shadow": {
            "allowed_hosts": ["live"], "defaults": {"sample": {"by": "param:id"}}}},
            "endpoints": [{"endpoint": "/a", "backend": [{}]}]})",
        "test.json");
    reading::Diagnostics diagnostics;
    const auto plan = compile(loaded, diagnostics);
    REQUIRE(plan != nullptr);
    const auto mirror = compile_mirror(*plan, plan->endpoints.front(), {.host = "live"});
    REQUIRE_FALSE(mirror.has_value());
    CHECK(mirror.error().detail.find("`id` is no parameter") != std::string::npos);
}
