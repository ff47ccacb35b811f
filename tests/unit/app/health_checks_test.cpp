#include "app/health_checks.hpp"

#include <chrono>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "support/gateway.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using app::HealthBook;
using app::HealthChecks;
using Standing = net::HostState::Standing;

namespace {

std::string with_checks(const std::string& keys) {
    const std::string backend =
        R"({"host":["http://a","http://b/v1"],"extra_config":{"backend/health":{"active":)" + keys +
        "}}}";
    return R"({"version":3,"endpoints":[{"endpoint":"/a","backend":[)" + backend +
           R"(]},{"endpoint":"/b","backend":[)" + backend + "]}]}";
}

/// A plan, its hosts, and a background with hosts that answer.
struct CheckedHosts {
    explicit CheckedHosts(const std::string& keys)
        : plan(testing::plan_of(with_checks(keys))), book(*plan), checks(*plan, book, background) {}

    [[nodiscard]] testing::FakeService& remote(const std::string& name) {
        auto& service = background.remotes[name];
        if (service == nullptr) {
            service = std::make_unique<testing::FakeService>(background.fake, testing::Script{});
        }
        return *service;
    }
    [[nodiscard]] bool is_out(const std::string& host, std::size_t endpoint = 0) {
        const auto health = book.of(plan->endpoints[endpoint].backends[0]);
        return health->state_of(host)->standing(background.fake.now()) == Standing::Out;
    }

    std::shared_ptr<const plan::Plan> plan;
    testing::FakeBackground background;
    HealthBook book;
    HealthChecks checks;
};

}  // namespace

TEST_CASE("checks: a host that fails them is out for all backends, until they are good again") {
    CheckedHosts world(R"({"path":"/up","interval":"10s"})");
    world.remote("a").scripts = {{.status = 500}};
    world.remote("b").scripts = {{.status = 204}};
    world.background.fake.advance(23s);
    CHECK(world.remote("a").seen.size() == 3);
    CHECK(world.is_out("a"));
    CHECK(world.is_out("a", 1));
    CHECK_FALSE(world.is_out("b/v1"));
    world.remote("a").scripts = {{.status = 200}};
    world.background.fake.advance(9s);
    CHECK(world.is_out("a"));
    world.background.fake.advance(14s);
    CHECK_FALSE(world.is_out("a"));
}

TEST_CASE("checks: two failures and a success leave a host in") {
    CheckedHosts world(R"({"path":"/up","interval":"10s"})");
    world.remote("a").scripts = {
        {.status = 500}, {.status = 500}, {.status = 200}, {.status = 500}, {.status = 500}};
    world.background.fake.advance(44500ms);  // the sixth check begins at 45 s or later
    CHECK(world.remote("a").seen.size() == 5);
    CHECK_FALSE(world.is_out("a"));
}

TEST_CASE("checks: each host is asked once for the process") {
    CheckedHosts world(R"({"path":"/up","interval":"10s"})");
    world.background.fake.advance(1000s);
    for (const char* const name : {"a", "b"}) {
        CHECK(world.remote(name).seen.size() > 91);
        CHECK(world.remote(name).seen.size() < 112);
    }
}

TEST_CASE("checks: what is asked is configured, and what is good") {
    CheckedHosts world(R"({"path":"/up?x=1","method":"HEAD","host":"shop","port":81,"unhealthy":1,)"
                       R"("statuses":["200-299","404"],"headers":{"X-Key":"k"}})");
    world.remote("a:81").scripts = {{.status = 404}};
    world.remote("b:81").scripts = {{.status = 302}};
    world.background.fake.advance(1s);
    CHECK_FALSE(world.is_out("a"));
    CHECK(world.is_out("b/v1"));
    const testing::Seen& seen = world.remote("a:81").seen.at(0);
    CHECK(seen.method == "HEAD");
    CHECK(seen.target == "/up?x=1");
    CHECK(seen.host == "shop");
    CHECK(seen.headers ==
          testing::Headers{{"User-Agent", "Aggregator health check"}, {"X-Key", "k"}});
}

TEST_CASE("checks: a late answer and a failed connection are failed checks") {
    CheckedHosts world(R"({"path":"/","timeout":"200ms","unhealthy":1})");
    world.remote("a").scripts = {{.hangs = true}};
    world.remote("b").scripts = {{.failure = base::Error{base::Code::Connect, "refused"}}};
    world.background.fake.advance(199ms);
    CHECK_FALSE(world.is_out("a"));
    CHECK(world.is_out("b/v1"));
    world.background.fake.advance(1ms);
    CHECK(world.is_out("a"));
    CHECK(world.remote("a").live_calls == 0);
}

TEST_CASE(
    "checks: one that takes longer than the interval is waited for, and the next comes at once") {
    CheckedHosts world(R"({"path":"/","interval":"100ms","timeout":"1s","unhealthy":2})");
    world.remote("a").scripts = {{.hangs = true}};
    world.background.fake.advance(999ms);
    CHECK(world.remote("a").seen.size() == 1);
    world.background.fake.advance(1000ms);
    CHECK(world.remote("a").seen.size() == 2);
    CHECK_FALSE(world.is_out("a"));
    world.background.fake.advance(1ms);
    CHECK(world.is_out("a"));
}
