#include <chrono>
#include <set>
#include <string>

#include "unit/shadow/world.hpp"

using namespace aggregator;
using namespace aggregator::shadow;
using namespace aggregator::shadow::testing;
using namespace std::chrono_literals;

namespace {

World world_with(const std::string& rules) { return World({shadow_backend(rules)}); }

/// Which of so many users are copied.
std::set<int> copied_of(World& world, int users) {
    std::set<int> copied;
    for (int user = 0; user < users; ++user) {
        world.headers = {{"X-User", "user-" + std::to_string(user)}};
        const std::size_t before = world.fakes[0]->seen.size();
        world.serve();
        if (world.fakes[0]->seen.size() > before) {
            copied.insert(user);
        }
    }
    return copied;
}

std::string sticky(const std::string& percentage, const std::string& salt) {
    return R"({"sample": {"by": "header:X-User", "percentage": )" + percentage + R"(, "salt": ")" +
           salt + R"("}})";
}

std::int64_t unix_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

}  // namespace

TEST_CASE("gate: a shadow that is switched off gets nothing, and can be switched on") {
    World world({shadow_backend(R"({"enabled": false})")});
    world.serve();
    CHECK(world.dropped(Reason::Disabled) == 1);
    world.controls[0]->enabled = true;
    world.serve();
    CHECK(world.fakes[0]->seen.size() == 1);
}

TEST_CASE("gate: an expired shadow gets nothing") {
    World world({shadow_backend("")});
    world.controls[0]->expires = unix_now() - 1;
    world.serve();
    CHECK(world.dropped(Reason::Expired) == 1);
    world.controls[0]->expires = unix_now() + std::chrono::nanoseconds(1h).count();
    world.serve();
    CHECK(world.fakes[0]->seen.size() == 1);
}

TEST_CASE("gate: only the methods that are listed are copied") {
    World world({shadow_backend(R"({"sample": {"methods": ["GET"]}})")});
    world.serve();
    CHECK(world.dropped(Reason::Method) == 1);
    world.method = "GET";
    world.serve();
    CHECK(world.fakes[0]->seen.size() == 1);
}

TEST_CASE("gate: all conditions must hold") {
    World world({shadow_backend(R"({"sample": {"when": [
        {"header": "X-Beta", "equals": "1"}, {"query": "v", "prefix": "2"}]}})")});
    world.headers = {{"X-Beta", "1"}};
    world.serve();
    CHECK(world.dropped(Reason::Condition) == 1);
    world.target = "/e/7?v=2.1";
    world.serve();
    CHECK(world.fakes[0]->seen.size() == 1);
}

TEST_CASE("gate: a request that is a copy itself is not copied again") {
    World world({shadow_backend("")});
    world.headers = {{"x-shadow", "gateway;v2;1"}};
    world.serve();
    CHECK(world.dropped(Reason::Loop) == 1);
    CHECK(world.replies == std::vector<std::string>{"live"});
}

TEST_CASE("gate: without a marker copies are not told from requests") {
    World world({shadow_backend(R"({"request": {"marker": false}})")});
    world.headers = {{"X-Shadow", "gateway;v2;1"}};
    world.serve();
    CHECK(world.fakes[0]->seen.size() == 1);
}

TEST_CASE("gate: a share of 0 is armed, of 100 everything, and decimals count") {
    World world({shadow_backend(R"({"sample": {"percentage": 0}})")});
    world.serve();
    CHECK(world.dropped(Reason::Sampling) == 1);
    world.controls[0]->percentage = 100;
    world.serve();
    CHECK(world.fakes[0]->seen.size() == 1);
    world.controls[0]->percentage = 0.5;
    for (int i = 0; i < 20000; ++i) {
        world.serve();
    }
    const std::size_t copied = world.fakes[0]->seen.size() - 1;
    CHECK(copied > 50);   // of 100 that are expected
    CHECK(copied < 200);  // 10 standard deviations away
}

TEST_CASE("gate: the same users are copied again, on another instance too") {
    World one = world_with(sticky("10", "s"));
    World other = world_with(sticky("10", "s"));
    const std::set<int> first = copied_of(one, 2000);
    CHECK(first.size() > 100);
    CHECK(first.size() < 300);
    CHECK(copied_of(one, 2000) == first);
    CHECK(copied_of(other, 2000) == first);
}

TEST_CASE("gate: with the same salt the smaller set lies inside the larger one") {
    World small = world_with(sticky("5", "s"));
    World large = world_with(sticky("10", "s"));
    World apart = world_with(sticky("10", "t"));
    const std::set<int> inside = copied_of(small, 2000);
    const std::set<int> around = copied_of(large, 2000);
    CHECK(std::includes(around.begin(), around.end(), inside.begin(), inside.end()));
    CHECK(inside.size() < around.size());
    CHECK(copied_of(apart, 2000) != around);
}

TEST_CASE("gate: by header, query, parameter, cookie or address, the same value falls one way") {
    for (const char* const by : {"header:X-User", "query:u", "param:id", "cookie:u", "ip"}) {
        World world({shadow_backend(std::string(R"({"sample": {"percentage": 50, "by": ")") + by +
                                    "\"}}")});
        world.headers = {{"X-User", "a"}, {"Cookie", "x=1; u=a"}};
        world.target = "/e/7?u=a";
        for (int i = 0; i < 30; ++i) {
            world.serve();
        }
        CAPTURE(by);
        const std::size_t copied = world.fakes[0]->seen.size();
        CHECK((copied == 0 || copied == 30));
    }
}

TEST_CASE("gate: whoever has no such value is sampled by chance") {
    World world({shadow_backend(sticky("50", "s"))});
    for (int i = 0; i < 200; ++i) {
        world.serve();
    }
    CHECK(world.fakes[0]->seen.size() > 50);
    CHECK(world.fakes[0]->seen.size() < 150);
}

TEST_CASE("gate: not more copies a second than allowed, with a burst after a pause") {
    World world({shadow_backend(R"({"sample": {"max_rate": 10, "burst": 2}})")});
    for (int i = 0; i < 5; ++i) {
        world.serve();
    }
    CHECK(world.fakes[0]->seen.size() == 2);
    CHECK(world.dropped(Reason::Rate) == 3);
    world.loop.advance(100ms);
    world.serve();
    world.serve();
    CHECK(world.fakes[0]->seen.size() == 3);
    world.controls[0]->max_rate = 0;
    world.serve();
    CHECK(world.fakes[0]->seen.size() == 4);
}
