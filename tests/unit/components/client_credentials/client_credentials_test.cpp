#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "components/client_credentials/token_answer.hpp"
#include "support/gateway.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using testing::FakeClient;
using testing::FakeService;

namespace {

std::string granted(const std::string& token, const std::string& more = R"(,"expires_in":100)") {
    return R"({"token_type":"Bearer","access_token":")" + token + "\"" + more + "}";
}

std::string value_of(const testing::Seen& seen, std::string_view name) {
    std::string value;
    for (const auto& [field, text] : seen.headers) {
        if (base::equal_ignoring_case(field, name)) {
            value += (value.empty() ? "" : "|") + text;
        }
    }
    return value;
}

/// A gateway whose backends are called with tokens of http://id/token.
class CredentialsGateway {
public:
    explicit CredentialsGateway(const std::string& keys = {}, const std::string& second = {})
        : gateway(R"({"version":3,"host":["http://b"],"endpoints":[{"endpoint":"/a","method":)"
                  R"("POST","output_encoding":"no-op","input_headers":["Authorization","X-A"],)"
                  R"("backend":[{"url_pattern":"/b",)" +
                  section(keys) + "}" + second + "]}]}") {
        gateway.background.remotes["id"] =
            std::make_unique<FakeService>(gateway.background.fake, testing::Script{});
        answer(granted("t1"));
        gateway.script(0, {.body = "fine"});
    }
    static std::string section(const std::string& keys) {
        return R"("extra_config":{"auth/client-credentials":{"client_id":"shop&co",)" + keys +
               R"("client_secret":"s+ s","token_url":"http://id/token?x=1"}})";
    }

    [[nodiscard]] FakeService& id() { return *gateway.background.remotes.at("id"); }
    void answer(std::string body, int status = 200) {
        id().scripts = {{.status = status, .body = std::move(body)}};
    }
    void break_server() { id().scripts = {{.failure = base::Error{base::Code::Connect, "gone"}}}; }
    void turn() {
        for (int i = 0; i < 8; ++i) {
            gateway.loop.settle();
            gateway.background.fake.settle();
        }
        gateway.loop.settle();
    }
    void pass(base::Duration time) {
        gateway.background.fake.advance(time);
        gateway.loop.advance(time);
    }
    testing::Reply ask(testing::Ask ask = {}) {
        ask.method = "POST";
        ask.target = "/a";
        FakeClient client(gateway.loop);
        client.send(gateway.front, std::move(ask));
        turn();
        REQUIRE(client.replies() == 1);
        return client.reply();
    }
    [[nodiscard]] std::string sent(std::size_t i) {
        return value_of(gateway.backend().seen.at(i), "Authorization");
    }

    testing::Gateway gateway;
};

}  // namespace

TEST_CASE("client credentials: the backend is called with a token, whatever the client sent") {
    CredentialsGateway one;
    one.turn();
    CHECK(one.ask({.headers = {{"Authorization", "Basic own"}, {"X-A", "a"}}}).body == "fine");
    CHECK(one.sent(0) == "Bearer t1");
    CHECK(value_of(one.gateway.backend().seen[0], "X-A") == "a");
    CHECK(one.ask().status == 200);
    CHECK(one.sent(1) == "Bearer t1");
    REQUIRE(one.id().seen.size() == 1);
    const testing::Seen& seen = one.id().seen[0];
    CHECK(seen.method == "POST");
    CHECK(seen.target == "/token?x=1");
    CHECK(seen.body == "grant_type=client_credentials");
    // "shop%26co:s%2B+s"
    CHECK(value_of(seen, "Authorization") == "Basic c2hvcCUyNmNvOnMlMkIrcw==");
    CHECK(value_of(seen, "Content-Type") == "application/x-www-form-urlencoded");
}

TEST_CASE("client credentials: scopes and parameters are in the form") {
    CredentialsGateway one(R"("scopes":"a,b  c, ","endpoint_params":{"audience":["x/y","z"]},)");
    one.turn();
    CHECK(one.id().seen.at(0).body ==
          "grant_type=client_credentials&scope=a+b+c&audience=x%2Fy&audience=z");
    CredentialsGateway other(R"("endpoint_params":{"grant_type":["password"]},)");
    other.turn();
    CHECK(other.id().seen.at(0).body == "grant_type=password");
}

TEST_CASE("client credentials: what is refused in the header is tried in the form, and kept") {
    for (const int status : {400, 401}) {
        CAPTURE(status);
        CredentialsGateway one;
        one.id().scripts = {{.status = status}, {.body = granted("t1")}};
        one.turn();
        REQUIRE(one.id().seen.size() == 2);
        CHECK(value_of(one.id().seen[1], "Authorization").empty());
        CHECK(one.id().seen[1].body ==
              "grant_type=client_credentials&client_id=shop%26co&client_secret=s%2B+s");
        CHECK(one.ask().status == 200);
        one.pass(90s);
        REQUIRE(one.id().seen.size() == 3);
        CHECK(value_of(one.id().seen[2], "Authorization").empty());
    }
    CredentialsGateway basic(R"("auth_style":"basic",)");
    basic.answer("", 401);
    basic.turn();
    CHECK(basic.id().seen.size() == 1);
    CredentialsGateway form(R"("auth_style":"form",)");
    form.turn();
    CHECK(value_of(form.id().seen.at(0), "Authorization").empty());
}

TEST_CASE("client credentials: requests that come before the token share one fetch") {
    CredentialsGateway one;
    one.id().scripts = {{.body = granted("t1"), .delay = 100ms}};
    std::vector<std::unique_ptr<FakeClient>> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(std::make_unique<FakeClient>(one.gateway.loop));
        clients.back()->send(one.gateway.front, {.method = "POST", .target = "/a"});
    }
    one.turn();
    CHECK(one.gateway.backend().seen.empty());
    one.gateway.background.fake.advance(100ms);
    one.turn();
    for (const auto& client : clients) {
        REQUIRE(client->replies() == 1);
        CHECK(client->reply().status == 200);
    }
    CHECK(one.id().seen.size() == 1);
    CHECK(one.gateway.backend().seen.size() == 50);
}

TEST_CASE("client credentials: the next token comes before the last has expired") {
    CredentialsGateway one;
    one.turn();
    one.answer(granted("t2"));
    one.pass(75s);
    CHECK(one.id().seen.size() == 1);
    one.pass(10s);
    CHECK(one.id().seen.size() == 2);
    (void)one.ask();
    CHECK(one.sent(0) == "Bearer t2");
}

TEST_CASE("client credentials: while the server fails the old token serves until its end") {
    CredentialsGateway one;
    one.turn();
    one.break_server();
    one.pass(99s);
    CHECK(one.id().seen.size() > 2);
    CHECK(one.ask().status == 200);
    one.pass(2s);
    const testing::Reply reply = one.ask();
    CHECK(reply.status == 500);
    CHECK(reply.header("X-Aggregator-Error") == "credentials_unavailable");
    CHECK(one.gateway.backend().seen.size() == 1);
    one.answer(granted("t2"));
    one.pass(61s);
    CHECK(one.ask().status == 200);
    CHECK(one.sent(1) == "Bearer t2");
}

TEST_CASE("client credentials: a server that fails is not asked once a request") {
    CredentialsGateway one;
    one.break_server();
    one.turn();
    const std::size_t asked = one.id().seen.size();
    for (int i = 0; i < 100; ++i) {
        CHECK(one.ask().status == 500);
    }
    CHECK(one.id().seen.size() == asked);
    one.pass(1s);
    CHECK(one.ask().status == 500);
    CHECK(one.id().seen.size() <= asked + 2);
}

TEST_CASE("client credentials: a call waits no longer than its endpoint") {
    CredentialsGateway one;
    one.id().scripts = {{.hangs = true}};
    FakeClient client(one.gateway.loop);
    client.send(one.gateway.front, {.method = "POST", .target = "/a"});
    one.gateway.loop.advance(1900ms);
    CHECK(client.replies() == 0);
    one.gateway.loop.advance(200ms);
    REQUIRE(client.replies() == 1);
    CHECK(client.reply().status == 500);
    CHECK(one.gateway.backend().seen.empty());
}

TEST_CASE("client credentials: a token that the backend refuses is replaced, and sent once more") {
    CredentialsGateway one;
    one.turn();
    one.gateway.backend().scripts = {{.status = 401, .body = "no"}, {.body = "fine"}};
    one.answer(granted("t2"));
    CHECK(one.ask({.body = "body"}).body == "fine");
    REQUIRE(one.gateway.backend().seen.size() == 2);
    CHECK(one.sent(0) == "Bearer t1");
    CHECK(one.sent(1) == "Bearer t2");
    CHECK(one.gateway.backend().seen[1].body == "body");
    CHECK(one.id().seen.size() == 2);
}

TEST_CASE("client credentials: a backend that refuses every token costs few of them") {
    CredentialsGateway one;
    one.turn();
    one.gateway.script(0, {.status = 401, .body = "no"});
    for (int i = 0; i < 100; ++i) {
        CHECK(one.ask().status == 401);
    }
    CHECK(one.id().seen.size() == 2);
    CHECK(one.gateway.backend().seen.size() == 101);
    one.pass(10s);
    CHECK(one.ask().status == 401);
    CHECK(one.id().seen.size() == 3);
}

TEST_CASE("client credentials: a refused call whose body is not held is not made again") {
    CredentialsGateway one;
    one.turn();
    one.gateway.script(0, {.status = 401, .body = "no"});
    CHECK(one.ask({.stream = testing::FakeStream::Plan{.pieces = {"a", "b"}}}).status == 401);
    CHECK(one.gateway.backend().seen.size() == 1);
}

TEST_CASE("client credentials: copies to a shadow have its token") {
    CredentialsGateway one({}, R"(,{"url_pattern":"/s","host":["http://s"],)" +
                                   CredentialsGateway::section("").replace(
                                       0, std::string(R"("extra_config":{)").size(),
                                       R"("extra_config":{"proxy":{"shadow":true},)") +
                                   "}");
    one.turn();
    CHECK(one.ask().status == 200);
    FakeService& shadow = *one.gateway.fakes.back()->shadows.at(0).at(0);
    REQUIRE(shadow.seen.size() == 1);
    CHECK(value_of(shadow.seen[0], "Authorization") == "Bearer t1");
    CHECK(one.id().seen.size() == 1);
}

TEST_CASE("client credentials: a disabled section leaves the backend as it is") {
    CredentialsGateway one(R"("is_disabled":true,)");
    one.turn();
    CHECK(one.ask({.headers = {{"Authorization", "own"}}}).status == 200);
    CHECK(one.sent(0) == "own");
    CHECK(one.id().seen.empty());
}

TEST_CASE("token answer: a token and how long it lasts") {
    using components::read_granted_token;
    const auto token = read_granted_token(R"({"access_token":"a.b-c","expires_in":3600.5})");
    REQUIRE(token.has_value());
    CHECK(token->authorization == "Bearer a.b-c");
    CHECK(token->lifetime == 3600500ms);
    CHECK(read_granted_token(granted("t", R"(,"expires_in":"60")"))->lifetime == 60s);
    for (const char* more :
         {"", R"(,"expires_in":null)", R"(,"expires_in":0)", R"(,"expires_in":-5)"}) {
        CAPTURE(more);
        CHECK(read_granted_token(granted("t", more))->lifetime == 300s);
    }
    CHECK(read_granted_token(granted("t", R"(,"expires_in":1e300)"))->lifetime > 8000h);
    CHECK(read_granted_token(R"({"access_token":"a","token_type":"bearer"})").has_value());
}

TEST_CASE("token answer: what is none is refused and not repeated") {
    for (const std::string& body :
         {std::string("secret"), std::string(R"(["secret"])"), std::string("{}"),
          std::string(R"({"access_token":5})"), std::string(R"({"access_token":""})"),
          std::string(R"({"access_token":"secret\r\nX: y"})"),
          std::string(R"({"access_token":"sec ret"})"), std::string(R"({"access_token":"sécret"})"),
          R"({"access_token":")" + std::string((16u << 10) + 1, 's') + "\"}",
          std::string(R"({"access_token":"secret","token_type":"mac"})"),
          std::string(R"({"access_token":"secret","token_type":5})"),
          std::string(R"({"access_token":"secret","expires_in":true})"),
          std::string(R"({"access_token":"secret","expires_in":"soon"})")}) {
        CAPTURE(body);
        const auto token = components::read_granted_token(body);
        REQUIRE_FALSE(token.has_value());
        CHECK(token.error().detail.find("sec") == std::string::npos);
    }
}
