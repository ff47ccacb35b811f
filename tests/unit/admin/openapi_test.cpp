#include <doctest/doctest.h>

#include <optional>
#include <string>

#include <aggregator/json/schema.hpp>

#include "admin/openapi.hpp"
#include "admin/route.hpp"
#include "unit/admin/world.hpp"

using namespace aggregator;
using testing::Ask;
using testing::Reply;
using testing::World;

namespace {

const json::Document& description() {
    static const auto kDocument = json::Document::parse(std::string(admin::openapi_text()));
    REQUIRE(kDocument);
    return *kDocument;
}

const json::Node& member(const json::Node& object, const std::string& key) {
    const json::Node* const found = description().member(object, key);
    REQUIRE_MESSAGE(found != nullptr, key);
    return *found;
}

/// What the reference in its place leads to.
const json::Node& resolved(const json::Node& node) {
    const json::Node* const reference = description().member(node, "$ref");
    if (reference == nullptr) {
        return node;
    }
    const json::Node* target = &description().root();
    std::string_view path = reference->text;
    path.remove_prefix(2);  // `#/`
    while (!path.empty()) {
        const std::string key(path.substr(0, path.find('/')));
        path.remove_prefix(std::min(path.size(), key.size() + 1));
        target = &member(*target, key);
    }
    return *target;
}

const json::Node& operation_of(const admin::Route& route) {
    const json::Node& path = member(member(description().root(), "paths"), std::string(route.path));
    return member(path, base::to_lower(route.method));
}

/// The schema of the document, with all that it refers to.
json::Schema compiled(const json::Node& schema) {
    const std::string text = "{\"allOf\":[" + description().compact(schema) + "]," +
                             description().compact(description().root()).substr(1);
    auto compiled = json::Schema::compile(text);
    REQUIRE(compiled);
    return std::move(*compiled);
}

/// Sends a request and holds the answer against what the document says of it.
Reply checked(World& world, Ask ask) {
    const std::string what = ask.method + ' ' + ask.target;
    const auto found = admin::find_route(ask.method, ask.target);
    REQUIRE_MESSAGE(found.route != nullptr, what);
    const json::Node& responses = member(operation_of(*found.route), "responses");
    Reply reply = world.ask(std::move(ask));
    CAPTURE(what);
    CAPTURE(reply.body);
    const json::Node& response = resolved(member(responses, std::to_string(reply.status)));
    const json::Node* const headers = description().member(response, "headers");
    for (std::size_t i = 0; headers != nullptr && i < headers->members.size(); ++i) {
        const std::string& name = headers->members[i].key;
        CHECK_MESSAGE((reply.header(name) != "" || name == "Accept-Patch"), name);
    }
    if (description().member(response, "content") == nullptr) {
        CHECK(reply.body.empty());
        return reply;
    }
    std::string type = reply.header("Content-Type");
    type = type.substr(0, type.find(';'));
    const json::Node& schema = member(member(member(response, "content"), type), "schema");
    const auto body = type == "text/plain" ? json::Document::parse("\"text\"")
                                           : json::Document::parse(reply.body);
    REQUIRE(body);
    const auto violation = compiled(schema).check(
        *body, body->root(), [](const json::Node&) { return json::Shown::Whole; });
    CHECK_MESSAGE(!violation, (violation ? violation->keyword + " of " + violation->schema +
                                               " at " + body->pointer(*violation->node)
                                         : ""));
    return reply;
}

Ask with_json(std::string method, std::string target, std::string body) {
    return {.method = std::move(method),
            .target = std::move(target),
            .headers = {{"Content-Type", "application/json"}},
            .body = std::move(body)};
}

constexpr const char* kMirror = "/api/v1/gateway/routes/users-route/mirror";

}  // namespace

TEST_CASE("openapi: every route is described, and every operation is served") {
    std::size_t operations = 0;
    for (const auto& path : member(description().root(), "paths").members) {
        for (const auto& one : description().at(path.node).members) {
            operations += one.key == "parameters" ? 0u : 1u;
        }
    }
    CHECK(operations == admin::routes().size());
    for (const admin::Route& route : admin::routes()) {
        const json::Node& operation = operation_of(route);
        CHECK(description().member(operation, "operationId") != nullptr);
        CHECK((description().member(operation, "requestBody") != nullptr) == route.has_body);
        const bool open = route.access == admin::Route::Access::Open;
        CHECK((description().member(operation, "security") != nullptr) == open);
    }
}

TEST_CASE("openapi: it is served as it is") {
    World world;
    CHECK(world.get("/api/v1/openapi.json").body == admin::openapi_text());
}

TEST_CASE("openapi: answers that go well are as described") {
    World world;
    for (const char* const target : {"/api/v1/endpoints", "/api/v1/shadows", "/metrics", "/health",
                                     "/ready", "/api/v1/openapi.json"}) {
        CHECK(checked(world, {.target = target}).status == 200);
    }
    const auto& endpoint = world.gateway.plan().endpoints[1];
    const std::string list = world.get("/api/v1/endpoints").body;
    REQUIRE(list.find(endpoint.pattern) != std::string::npos);
    const std::string id = testing::value_at(list, "/endpoints/1/id").substr(1, 16);
    CHECK(checked(world, {.target = "/api/v1/endpoints/" + id}).status == 200);
    CHECK(checked(world, {.target = world.path_of("v2")}).status == 200);
    const std::string patch = R"({"expires":"1h","max_rate":5})";
    CHECK(checked(world, with_json("PATCH", world.path_of("v2"), patch)).status == 200);
    const std::string spec = R"({"mirrorHost":"mirror.test","mirrorPort":80})";
    CHECK(checked(world, with_json("POST", kMirror, spec)).status == 201);
    CHECK(checked(world, with_json("POST", kMirror, spec)).status == 200);
    CHECK(checked(world, {.target = kMirror}).status == 200);
    CHECK(checked(world, {.method = "DELETE", .target = kMirror}).status == 204);
    CHECK(checked(world, {.method = "POST", .target = "/api/v1/shadows/disable-all"}).status ==
          200);
}

TEST_CASE("openapi: refusals are as described") {
    World world;
    const std::string path = world.path_of("v2");
    CHECK(checked(world, with_json("PATCH", path, R"({"percent":5,"log":1})")).status == 400);
    CHECK(checked(world, with_json("PATCH", path, std::string(70000, ' '))).status == 413);
    CHECK(checked(world, {.method = "PATCH", .target = path}).status == 415);
    Ask late = with_json("PATCH", path, "{}");
    late.headers.emplace_back("If-Match", "\"0\"");
    CHECK(checked(world, late).status == 412);
    for (const char* const target : {"/api/v1/endpoints/0", "/api/v1/shadows/0", kMirror}) {
        CHECK(checked(world, {.target = target}).status == 404);
    }
    CHECK(checked(world, with_json("POST", kMirror, "{}")).status == 400);
    world.gateway.is_ready = false;
    CHECK(checked(world, {.target = "/ready"}).status == 503);
    world.gateway.holds_back = true;
    CHECK(checked(world, {.target = "/metrics"}).status == 503);
    world.credentials.clear();
    for (const admin::Route& route : admin::routes()) {
        if (route.access != admin::Route::Access::Open) {
            const Ask ask{.method = std::string(route.method), .target = std::string(route.path)};
            CHECK(checked(world, ask).status == 401);
        }
    }
}
