#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "unit/admin/world.hpp"

using namespace aggregator;
using testing::World;

namespace {

/// The log after `work`.
template <typename Work>
std::string log_after(Work work) {
    auto world = std::make_unique<World>();
    const auto told = world->told;
    work(*world);
    world.reset();
    return testing::text_of(told.get());
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("log: each change is told with its caller, what was and what is") {
    const std::string text = log_after([](World& world) {
        world.send("PATCH", world.path_of("v2"), R"({"percentage":5,"log":"all","enabled":true})");
    });
    CHECK(has(text, "setting=percentage from=12.5 to=5 caller=192.0.2.7"));
    CHECK(has(text, "shadow=\"GET /users/{id} v2\""));
    CHECK(has(text, "setting=log from=errors to=all"));
    CHECK_FALSE(has(text, "setting=enabled"));
}

TEST_CASE("log: a refused change is not told as one") {
    const std::string text = log_after(
        [](World& world) { world.send("PATCH", world.path_of("v2"), R"({"percentage":500})"); });
    CHECK_FALSE(has(text, "shadow changed"));
}

TEST_CASE("log: mirrors that come and go and the emergency stop are told") {
    const std::string text = log_after([](World& world) {
        const std::string path = "/api/v1/gateway/routes/users-route/mirror";
        world.send("POST", path, R"({"mirrorHost":"mirror.test","mirrorPort":8080})");
        world.ask({.method = "DELETE", .target = path});
        world.ask({.method = "POST", .target = "/api/v1/shadows/disable-all"});
    });
    CHECK(has(text, "mirror set"));
    CHECK(has(text, "host=http://mirror.test:8080 percentage=100 caller=192.0.2.7"));
    CHECK(has(text, "mirror removed"));
    CHECK(has(text, "warning all shadows were switched off"));
}

TEST_CASE("log: who came without the token is told, and never with which") {
    const std::string text = log_after([](World& world) {
        world.credentials = {{"Authorization", "Bearer guess"}};
        world.get("/api/v1/shadows");
    });
    CHECK(has(text, "refused caller=192.0.2.7 path=/api/v1/shadows"));
    CHECK_FALSE(has(text, "guess"));
}
