#include <doctest/doctest.h>

#include <unistd.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>

#include <aggregator/config/load.hpp>
#include <support/fake_loop.hpp>
#include "app/expiry_watch.hpp"

using namespace aggregator;
using namespace std::chrono_literals;

namespace {

constexpr const char* kConfiguration = R"({"version": 3, "endpoints": [{"endpoint": "/e",
  "backend": [{"host": ["http://a"], "url_pattern": "/"},
              {"host": ["http://b"], "url_pattern": "/",
               "extra_config": {"proxy": {"shadow": true}, "proxy/shadow": {"name": "v2"}}}]}]})";

constexpr std::int64_t kHour = std::chrono::nanoseconds(1h).count();

/// A watch whose wall clock is the loop's, and what it wrote.
struct World {
    World() {
        config::Loaded loaded = config::load_text(kConfiguration, "test.json");
        plan = plan::compile(loaded, loaded.diagnostics);
        REQUIRE(plan != nullptr);
        const plan::Backend& backend = plan->endpoints.front().shadows.front();
        controls = std::make_shared<shadow::Controls>(backend.rules->config, 0);
        REQUIRE(pipe(ends.data()) == 0);
        log = std::make_unique<base::Log>(base::Log::Options{.descriptor = ends[1]});
        watch = std::make_unique<app::ExpiryWatch>(loop, *log, *plan, [this] { return now(); });
        watch->put({.endpoint = 0, .shadow = {plan, &backend}, .controls = controls});
    }
    ~World() { close(ends[0]); }

    [[nodiscard]] std::int64_t now() const {
        return std::chrono::nanoseconds(loop.now().time_since_epoch()).count();
    }
    /// Everything that was written; the watch is over.
    std::string said() {
        watch.reset();
        log.reset();
        close(ends[1]);
        std::string text;
        std::array<char, 4096> buffer{};
        for (ssize_t got = 0; (got = read(ends[0], buffer.data(), buffer.size())) > 0;) {
            text.append(buffer.data(), static_cast<std::size_t>(got));
        }
        return text;
    }

    testing::FakeLoop loop;
    std::shared_ptr<const plan::Plan> plan;
    std::shared_ptr<shadow::Controls> controls;
    std::array<int, 2> ends{};
    std::unique_ptr<base::Log> log;
    std::unique_ptr<app::ExpiryWatch> watch;
};

std::size_t times(const std::string& text, const std::string& what) {
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++count;
    }
    return count;
}

}  // namespace

TEST_CASE("expiry: a shadow that stops within the hour is told once, and its end once") {
    World world;
    world.controls->expires = world.now() + 2 * kHour;
    world.loop.advance(59min);
    world.loop.advance(3h);
    const std::string said = world.said();
    CHECK(times(said, "a shadow stops soon") == 1);
    CHECK(times(said, "a shadow has expired") == 1);
    CHECK(said.find("endpoint=\"GET /e\" shadow=v2") != std::string::npos);
}

TEST_CASE("expiry: a shadow that does not expire, or later, is not told of") {
    World world;
    world.loop.advance(3h);
    world.controls->expires = world.now() + 5 * kHour;
    world.loop.advance(3h);
    CHECK(world.said().empty());
}

TEST_CASE("expiry: another time is told anew, a removed shadow not at all") {
    World world;
    world.controls->expires = world.now() + kHour / 2;
    world.loop.advance(2min);
    world.controls->expires = world.now() + kHour / 3;
    world.loop.advance(2min);
    world.watch->remove(world.plan->endpoints.front().shadows.front().rules->id);
    world.loop.advance(3h);
    const std::string said = world.said();
    CHECK(times(said, "a shadow stops soon") == 2);
    CHECK(times(said, "a shadow has expired") == 0);
}
