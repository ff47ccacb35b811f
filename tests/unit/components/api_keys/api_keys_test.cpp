#include <doctest/doctest.h>

#include <string>

#include "components/api_keys/key_hash.hpp"
#include "support/gateway.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using components::KeyHash;
using components::stored_key;

namespace {

testing::Gateway gateway_with(const std::string& declared, const std::string& asked) {
    return testing::Gateway(
        R"({"version":3,"name":"shop","host":["http://b"],"extra_config":{"auth/api-keys":{)" +
        declared +
        R"("keys":[{"key":"k1","roles":["a","b"]},{"key":"k2","roles":["c"]}]}},"endpoints":[{)"
        R"("endpoint":"/a","input_headers":["X-Role"],"input_query_strings":["*"],)"
        R"("extra_config":{"auth/api-keys":{)" +
        asked + R"(}},"backend":[{"url_pattern":"/b"}]}]})");
}

testing::Reply ask(testing::Gateway& gateway, testing::Headers headers, std::string target = "/a") {
    gateway.script(0, {.body = "{}"});
    return gateway.ask({.target = std::move(target), .headers = std::move(headers)});
}

std::string seen(testing::Gateway& gateway, std::string_view name) {
    std::string found;
    for (const auto& [field, value] : gateway.backend().seen.back().headers) {
        if (base::equal_ignoring_case(field, name)) {
            found += (found.empty() ? "" : "|") + value;
        }
    }
    return found;
}

}  // namespace

TEST_CASE("key hash: what is stored of a key") {
    CHECK(stored_key(KeyHash::Plain, "salt", "key") == "key");
    // The examples of FIPS 180 and of the FNV reference.
    CHECK(stored_key(KeyHash::Sha256, "", "abc") ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(stored_key(KeyHash::Sha256, "ab", "c") == stored_key(KeyHash::Sha256, "", "abc"));
    CHECK(stored_key(KeyHash::Sha1, "", "abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(stored_key(KeyHash::Fnv128, "", "") == "6c62272e07bb014262b821756295c58d");
    CHECK(stored_key(KeyHash::Fnv128, "", "a") == "d228cb69101a8caf78912b704e4a141e");
}

TEST_CASE("api keys: a key is one in the header, with or without Bearer, and once") {
    testing::Gateway gateway = gateway_with("", R"("roles":["a"])");
    for (const char* good : {"k1", "Bearer k1", "BEARER  k1 "}) {
        CAPTURE(good);
        CHECK(ask(gateway, {{"authorization", good}}).status == 200);
    }
    for (const char* bad : {"", "k", "k11", "K1", "Basic k1", "Bearer k1 k2", "Bearerk1"}) {
        CAPTURE(bad);
        const testing::Reply reply = ask(gateway, {{"Authorization", bad}});
        CHECK(reply.status == 401);
        CHECK(reply.header("X-Aggregator-Error") == "key_invalid");
        CHECK(reply.header("WWW-Authenticate") == "Bearer realm=\"shop\"");
    }
    CHECK(ask(gateway, {{"Authorization", "k1"}, {"Authorization", "k1"}}).status == 401);
    CHECK(ask(gateway, {}).header("X-Aggregator-Error") == "key_missing");
    CHECK(ask(gateway, {{"Authorization", "k2"}}).status == 403);
}

TEST_CASE("api keys: the role goes on under the name that is configured, and no other does") {
    testing::Gateway gateway =
        gateway_with(R"("propagate_role":"X-Role",)", R"("roles":["b","a"])");
    CHECK(ask(gateway, {{"Authorization", "k1"}, {"x-role", "root"}, {"X-Role", "root"}}).status ==
          200);
    CHECK(seen(gateway, "X-Role") == "a");  // the first of the key's own
}

TEST_CASE("api keys: a key of the query string is taken out of it") {
    testing::Gateway gateway =
        gateway_with(R"("strategy":"query_string","identifier":"token",)", R"("roles":["*"])");
    struct Case {
        const char* asked;
        const char* passed;
    };
    for (const Case& one :
         {Case{"/a?token=k1", "/b"}, Case{"/a?x=1&token=k1", "/b?x=1"},
          Case{"/a?token=k1&x=1&y", "/b?x=1&y="}, Case{"/a?t%6Fken=k%31&x=1", "/b?x=1"}}) {
        CAPTURE(one.asked);
        CHECK(ask(gateway, {}, one.asked).status == 200);
        CHECK(gateway.backend().seen.back().target == one.passed);
    }
    for (const char* bad : {"/a?token=", "/a?token=k", "/a?token=k1&token=k2", "/a?token"}) {
        CAPTURE(bad);
        CHECK(ask(gateway, {}, bad).header("X-Aggregator-Error") == "key_invalid");
    }
    CHECK(ask(gateway, {}, "/a?key=k1").header("X-Aggregator-Error") == "key_missing");
    CHECK(ask(gateway, {{"Authorization", "k1"}}).status == 401);
}

TEST_CASE("api keys: each key has a limit of its own") {
    testing::Gateway gateway = gateway_with("", R"("roles":["ANY"],"client_max_rate":2)");
    const auto status = [&gateway](const char* key) {
        return ask(gateway, {{"Authorization", key}}).status;
    };
    CHECK(status("k1") == 200);
    CHECK(status("k1") == 200);
    const testing::Reply refused = ask(gateway, {{"Authorization", "k1"}});
    CHECK(refused.status == 429);
    CHECK(refused.header("Retry-After") == "1");
    CHECK(refused.record.denied_by == "auth/api-keys");
    CHECK(status("k2") == 200);
    gateway.loop.advance(500ms);
    CHECK(status("k1") == 200);
    CHECK(status("k1") == 429);
}

TEST_CASE("api keys: an endpoint's own place wins over the service's") {
    testing::Gateway other =
        gateway_with(R"("identifier":"X-Key",)", R"("roles":["a"],"strategy":"query_string")");
    CHECK(ask(other, {}, "/a?key=k1").status == 200);
    CHECK(ask(other, {{"X-Key", "k1"}}).status == 401);
    testing::Gateway own = gateway_with(R"("identifier":"X-Key",)", R"("roles":["a"])");
    CHECK(ask(own, {{"x-key", "k1"}}).status == 200);
    CHECK(ask(own, {{"x-key", "Bearer k1"}}).status == 401);
    CHECK(ask(own, {}).header("WWW-Authenticate") == "ApiKey realm=\"shop\"");
}
