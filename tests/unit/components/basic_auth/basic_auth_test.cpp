#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "components/basic_auth/login_cache.hpp"
#include "support/gateway.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using testing::FakeClient;

namespace {

const std::string kHash = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

// ada:secret, ada:wrong, bob:secret, and what is none
const std::string kGood = "Basic YWRhOnNlY3JldA==";
const std::string kWrong = "basic  YWRhOndyb25n";
const std::string kNobody = "BASIC Ym9iOnNlY3JldA==";

/// A gateway with one endpoint that lets in ada with the password `secret`.
class LoginGateway {
public:
    explicit LoginGateway(const std::string& headers = R"(["X-A"])",
                          const std::string& section = R"({"users":{"ada":")" + kHash + "\"}}")
        : gateway(R"({"version":3,"name":"my \"shop\"","host":["http://b"],"endpoints":[{)"
                  R"("endpoint":"/a","input_headers":)" +
                  headers + R"(,"extra_config":{"auth/basic":)" + section +
                  R"(},"backend":[{"url_pattern":"/b"}]}]})") {
        gateway.script(0, {.body = "{}"});
    }

    testing::Reply ask(const std::string& authorization, testing::Headers more = {}) {
        if (!authorization.empty()) {
            more.emplace_back("Authorization", authorization);
        }
        FakeClient client(gateway.loop);
        client.send(gateway.front, {.target = "/a", .headers = std::move(more)});
        turn();
        REQUIRE(client.replies() == 1);
        return client.reply();
    }
    void turn() {
        gateway.loop.settle();
        gateway.background.run_jobs();
        gateway.loop.settle();
    }
    [[nodiscard]] bool backend_saw_credentials() {
        for (const auto& [name, value] : gateway.backend().seen.back().headers) {
            if (base::equal_ignoring_case(name, "Authorization")) {
                return true;
            }
        }
        return false;
    }

    testing::Gateway gateway;
};

}  // namespace

TEST_CASE("basic auth: who says nothing is challenged") {
    LoginGateway one;
    for (const std::string authorization : {"", "Bearer YWRhOnNlY3JldA==", "Basically x"}) {
        CAPTURE(authorization);
        const testing::Reply reply = one.ask(authorization);
        CHECK(reply.status == 401);
        CHECK(reply.header("X-Aggregator-Error") == "login_missing");
        CHECK(reply.header("WWW-Authenticate") == R"(Basic realm="my \"shop\"", charset="UTF-8")");
        CHECK(reply.record.denied_by == "auth/basic");
    }
    CHECK(one.gateway.backend().seen.empty());
    CHECK(one.gateway.background.jobs.empty());
}

TEST_CASE("basic auth: the right name and password get through, and stay here") {
    LoginGateway one(R"(["*"])");
    CHECK(one.ask(kGood).status == 200);
    REQUIRE(one.gateway.backend().seen.size() == 1);
    CHECK_FALSE(one.backend_saw_credentials());
    LoginGateway named(R"(["authorization"])");
    CHECK(named.ask(kGood).status == 200);
    CHECK(named.backend_saw_credentials());
}

TEST_CASE("basic auth: what is wrong is told in one way, whatever is wrong about it") {
    LoginGateway one;
    for (const std::string& authorization :
         {kWrong, kNobody, std::string("Basic"), std::string("Basic !"), std::string("Basic YWRh"),
          std::string("Basic YWRhOnNlY3JldA")}) {
        CAPTURE(authorization);
        const testing::Reply reply = one.ask(authorization);
        CHECK(reply.status == 401);
        CHECK(reply.header("X-Aggregator-Error") == "login_invalid");
        CHECK(reply.body.empty());
    }
    CHECK(one.ask(kGood, {{"authorization", kGood}}).status == 401);
    CHECK(one.gateway.backend().seen.empty());
}

TEST_CASE("basic auth: an unknown name takes a hash as a known one does") {
    LoginGateway one;
    FakeClient client(one.gateway.loop);
    client.send(one.gateway.front, {.target = "/a", .headers = {{"Authorization", kNobody}}});
    one.gateway.loop.settle();
    CHECK(client.replies() == 0);
    CHECK(one.gateway.background.jobs.size() == 1);
    one.turn();
    CHECK(client.replies() == 1);
}

TEST_CASE("basic auth: a password that was right is believed for a minute") {
    LoginGateway one;
    CHECK(one.ask(kGood).status == 200);
    const auto hashes = [&one] {
        FakeClient client(one.gateway.loop);
        client.send(one.gateway.front, {.target = "/a", .headers = {{"Authorization", kGood}}});
        one.gateway.loop.settle();
        const std::size_t jobs = one.gateway.background.jobs.size();
        one.turn();
        CHECK(client.replies() == 1);
        return jobs;
    };
    CHECK(hashes() == 0);
    one.gateway.loop.advance(59s);
    CHECK(hashes() == 0);
    one.gateway.loop.advance(2s);
    CHECK(hashes() == 1);
}

TEST_CASE("basic auth: one that was wrong is not believed to be right") {
    LoginGateway one;
    CHECK(one.ask(kWrong).status == 401);
    CHECK(one.ask(kWrong).status == 401);
    CHECK(one.ask(kGood).status == 200);
    CHECK(one.ask(kWrong).status == 401);
}

TEST_CASE("basic auth: requests with the same password wait for one thread") {
    LoginGateway one;
    std::vector<std::unique_ptr<FakeClient>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<FakeClient>(one.gateway.loop));
        clients.back()->send(one.gateway.front,
                             {.target = "/a", .headers = {{"Authorization", kGood}}});
    }
    clients[3]->leave();
    one.gateway.loop.settle();
    CHECK(one.gateway.background.jobs.size() == 1);
    one.turn();
    for (int i = 0; i < 20; ++i) {
        CHECK(clients[static_cast<std::size_t>(i)]->replies() == (i == 3 ? 0 : 1));
    }
    CHECK(one.gateway.backend().seen.size() == 19);
}

TEST_CASE("basic auth: when too many passwords wait it says so at once") {
    LoginGateway one;
    one.gateway.background.jobs_max = 1;
    FakeClient first(one.gateway.loop);
    first.send(one.gateway.front, {.target = "/a", .headers = {{"Authorization", kWrong}}});
    FakeClient second(one.gateway.loop);
    second.send(one.gateway.front, {.target = "/a", .headers = {{"Authorization", kGood}}});
    one.gateway.loop.settle();
    REQUIRE(second.replies() == 1);
    CHECK(second.reply().status == 503);
    CHECK(second.reply().header("Retry-After") == "1");
    CHECK(second.reply().header("X-Aggregator-Error") == "auth_busy");
    one.turn();
    CHECK(first.reply().status == 401);
}

TEST_CASE("basic auth: a request waits no longer than its endpoint") {
    LoginGateway one;
    FakeClient client(one.gateway.loop);
    client.send(one.gateway.front, {.target = "/a", .headers = {{"Authorization", kGood}}});
    one.gateway.loop.advance(2100ms);
    REQUIRE(client.replies() == 1);
    CHECK(client.reply().status == 503);
    one.turn();  // what the thread finds comes to nobody
    CHECK(one.ask(kGood).status == 200);
}

TEST_CASE("basic auth: a thread that is done after its graph is gone does no harm") {
    testing::FakeBackground* background = nullptr;
    std::function<void()> job;
    {
        LoginGateway one;
        background = &one.gateway.background;
        FakeClient client(one.gateway.loop);
        client.send(one.gateway.front, {.target = "/a", .headers = {{"Authorization", kGood}}});
        one.gateway.loop.settle();
        REQUIRE(background->jobs.size() == 1);
        job = std::move(background->jobs.front());
        background->jobs.clear();
        client.leave();
    }
    job();
}

TEST_CASE("login cache: it keeps a bounded number of logins") {
    components::LoginCache cache;
    const base::Time now{};
    const auto key = [&cache](std::size_t i) {
        return cache.key_of("ada", std::to_string(i), "hash");
    };
    for (std::size_t i = 0; i < 3 * components::LoginCache::kEntriesMax; ++i) {
        cache.put(key(i), now);
        CHECK(cache.size() <= components::LoginCache::kEntriesMax);
    }
    CHECK(cache.has(key(3 * components::LoginCache::kEntriesMax - 1), now));
    CHECK_FALSE(cache.has(cache.key_of("ada", "0", "other hash"), now));
}

TEST_CASE("login cache: name and password cannot be shifted into each other") {
    components::LoginCache cache;
    CHECK(cache.key_of("a", "b:c", "h") != cache.key_of("a", "c", "h"));
    CHECK(cache.key_of("ab", "c", "h") != cache.key_of("a", "bc", "h"));
}
