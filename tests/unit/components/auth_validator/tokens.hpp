#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <aggregator/jose/base64url.hpp>
#include <aggregator/jose/key_set.hpp>
#include <aggregator/jose/token.hpp>

#include "support/gateway.hpp"

/// Tokens of an identity server, its keys, and a gateway that verifies them.
namespace aggregator::testing {

/// A secret of an HMAC under that name; `fill` is one character of base64url.
inline std::string secret(const std::string& kid, char fill = 'x') {
    return R"({"kty":"oct","kid":")" + kid + R"(","k":")" + std::string(64, fill) + "\"}";
}
inline std::string set_of(const std::string& keys) { return R"({"keys":[)" + keys + "]}"; }

/// Claims with times around now, in seconds from now.
inline std::string lasting(std::int64_t seconds, const std::string& more = {}) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto end = std::chrono::duration_cast<std::chrono::seconds>(now).count() + seconds;
    return "{\"exp\":" + std::to_string(end) + more + "}";
}

/// A token of HS256 that this secret has signed.
inline std::string token_of(const std::string& claims, const std::string& jwk = secret("a"),
                            std::string_view kid = "a") {
    const auto keys = jose::KeySet::parse(jwk, {jose::Algorithm::Hs256, jose::Purpose::Sign});
    REQUIRE(keys.has_value());
    REQUIRE(keys->keys().size() == 1);
    const auto parts =
        jose::sign(keys->keys().front(), {jose::Algorithm::Hs256, kid, "JWT"}, claims);
    REQUIRE(parts.has_value());
    return parts->compact();
}

/// A token with that header, as it stands, which this secret has signed with HS256.
inline std::string token_with(const std::string& header, const std::string& payload,
                              const std::string& jwk = secret("a")) {
    const auto keys = jose::KeySet::parse(jwk, {jose::Algorithm::Hs256, jose::Purpose::Sign});
    REQUIRE(keys.has_value());
    REQUIRE(keys->keys().size() == 1);
    const std::string input = jose::to_base64url(header) + '.' + jose::to_base64url(payload);
    const auto signature = keys->keys().front().sign(jose::Algorithm::Hs256, input);
    REQUIRE(signature.has_value());
    return input + '.' + jose::to_base64url(*signature);
}

/// A gateway with one endpoint whose tokens are verified with the keys of http://keys/set.
class TokenGateway {
public:
    /// `keys`: further keys of the validator; `endpoint`: of its endpoint, each with a comma behind
    /// it.
    explicit TokenGateway(const std::string& keys = {}, const std::string& endpoint = {},
                          const std::string& pattern = "/b", const std::string& algorithm = "HS256")
        : gateway(R"({"version":3,"name":"shop","host":["http://b"],"endpoints":[{"endpoint":)"
                  R"("/a","input_headers":["X-User","X-Roles","X-Other"],)" +
                  endpoint + R"("extra_config":{"auth/validator":{"alg":")" + algorithm + "\"," +
                  keys +
                  R"("jwk_url":"http://keys/set?x=1","disable_jwk_security":true}},"backend":[)"
                  R"({"url_pattern":")" +
                  pattern + R"("}]}]})") {
        server = std::make_unique<FakeService>(gateway.background.fake, Script{});
        answer(set_of(secret("a")));
        gateway.background.remotes["keys"] = std::move(server);
        gateway.script(0, {.body = "{}"});
    }

    [[nodiscard]] FakeService& key_server() { return *gateway.background.remotes.at("keys"); }
    /// What the key server says from now on.
    void answer(std::string body, std::string cache_control = "max-age=900") {
        FakeService& one = server ? *server : key_server();
        one.scripts = {{.headers = {{"Content-Type", "application/json"},
                                    {"Cache-Control", std::move(cache_control)}},
                        .body = std::move(body)}};
    }
    void break_server() {
        key_server().scripts = {{.failure = base::Error{base::Code::Connect, "gone"}}};
    }
    /// What the background has to do now; afterwards the workers know of it.
    void settle() {
        gateway.background.fake.settle();
        gateway.loop.settle();
    }
    /// Both clocks go on by so much.
    void pass(base::Duration time) {
        gateway.background.fake.advance(time);
        gateway.loop.advance(time);
    }
    /// The loops of the worker and the background turn one after the other until nothing is left.
    void turn() {
        for (int i = 0; i < 5; ++i) {
            gateway.loop.settle();
            gateway.background.fake.settle();
        }
        gateway.loop.settle();
    }
    Reply ask(const std::string& token, Headers more = {}) {
        more.emplace_back("Authorization", "Bearer " + token);
        FakeClient client(gateway.loop);
        client.send(gateway.front, {.target = "/a", .headers = std::move(more)});
        turn();
        REQUIRE(client.replies() == 1);
        return client.reply();
    }
    [[nodiscard]] FakeService& backend() { return gateway.backend(); }

    Gateway gateway;
    std::unique_ptr<FakeService> server;  ///< until the background has it
};

}  // namespace aggregator::testing
