#include <doctest/doctest.h>

#include <string>

#include <aggregator/jose/base64url.hpp>

#include "components/auth_validator/verified_token.hpp"
#include "unit/components/auth_validator/tokens.hpp"

using namespace aggregator;
using testing::lasting;
using testing::secret;
using testing::token_of;
using testing::TokenGateway;

namespace {

std::string value_of(const testing::Reply& reply, std::string_view name) {
    for (const auto& [key, value] : reply.headers) {
        if (base::equal_ignoring_case(key, name)) {
            return value;
        }
    }
    return {};
}

std::string error_of(const testing::Reply& reply) { return value_of(reply, "X-Aggregator-Error"); }

/// The header that the backend was sent in its last request, all its lines with `|` between them.
std::string sent(TokenGateway& one, std::string_view name) {
    std::string values;
    for (const auto& [key, value] : one.backend().seen.back().headers) {
        if (base::equal_ignoring_case(key, name)) {
            values += (values.empty() ? "" : "|") + value;
        }
    }
    return values;
}

}  // namespace

TEST_CASE("validator: a good token passes, and none does not") {
    TokenGateway one;
    one.settle();
    CHECK(one.ask(token_of(lasting(60))).status == 200);
    const auto none = one.gateway.get("/a");
    CHECK(none.status == 401);
    CHECK(error_of(none) == "token_missing");
    CHECK(value_of(none, "WWW-Authenticate") == "Bearer realm=\"shop\"");
    CHECK(value_of(none, "Cache-Control") == "no-store");
    CHECK(one.backend().seen.size() == 1);
}

TEST_CASE("validator: a forged token is refused each time, whatever passed before it") {
    TokenGateway one;
    one.settle();
    const std::string good = token_of(lasting(60, R"(,"sub":"a")"));
    CHECK(one.ask(good).status == 200);
    const std::string forged = token_of(lasting(60, R"(,"sub":"a")"), secret("a", 'y'));
    const std::string none =
        jose::to_base64url(R"({"alg":"none","kid":"a"})") + good.substr(good.find('.'));
    std::string bent = good;
    bent.back() = bent.back() == 'A' ? 'E' : 'A';
    for (const std::string& bad :
         {forged, none, bent, good + "A", good.substr(1), std::string("x")}) {
        const auto reply = one.ask(bad);
        CHECK(reply.status == 401);
        CHECK(error_of(reply) == "token_invalid");
        CHECK(value_of(reply, "WWW-Authenticate") ==
              "Bearer realm=\"shop\", error=\"invalid_token\"");
    }
    CHECK(one.ask(good).status == 200);
    CHECK(one.backend().seen.size() == 2);
}

TEST_CASE("validator: a token that calls its algorithm otherwise is refused, though well signed") {
    TokenGateway one;
    one.settle();
    const auto keys = jose::KeySet::parse(secret("a"), {jose::Algorithm::Hs256, {}});
    REQUIRE(keys.has_value());
    for (const char* const name : {"HS256", "HS512", "RS256", "none", "hs256", ""}) {
        const std::string input =
            jose::to_base64url(R"({"kid":"a","alg":")" + std::string(name) + "\"}") + '.' +
            jose::to_base64url(lasting(60));
        const auto signature = keys->keys().front().sign(jose::Algorithm::Hs256, input);
        REQUIRE(signature.has_value());
        const auto reply = one.ask(input + '.' + jose::to_base64url(*signature));
        CHECK(reply.status == (std::string_view(name) == "HS256" ? 200 : 401));
    }
}

TEST_CASE("validator: times count within the leeway, for remembered tokens as well") {
    TokenGateway one(R"("leeway":"1h",)");
    one.settle();
    CHECK(one.ask(token_of(lasting(-1800))).status == 200);
    const auto late = one.ask(token_of(lasting(-7200)));
    CHECK(late.status == 401);
    CHECK(error_of(late) == "token_expired");
    CHECK(one.ask(token_of(lasting(60, R"(,"nbf":1e11)"))).status == 401);
    CHECK(one.ask(token_of(lasting(60, R"(,"iat":1e11)"))).status == 401);
    CHECK(one.ask(token_of(R"({"sub":"a"})")).status == 200);
}

TEST_CASE("validator: issuer, audience, types and required claims") {
    TokenGateway one(R"("issuer":"i","audience":["a","b"],"require_claims":["sub"],)"
                     R"("token_types":["at+jwt","jwt"],)");
    one.settle();
    CHECK(one.ask(token_of(R"({"iss":"i","aud":["b","a","c"],"sub":1})")).status == 200);
    for (const char* const claims :
         {R"({"iss":"x","aud":["a","b"],"sub":1})", R"({"aud":["a","b"],"sub":1})",
          R"({"iss":["i"],"aud":["a","b"],"sub":1})", R"({"iss":"i","aud":["a"],"sub":1})",
          R"({"iss":"i","sub":1})", R"({"iss":"i","aud":["a","b"]})"}) {
        CHECK(error_of(one.ask(token_of(claims))) == "token_invalid");
    }
    TokenGateway any(R"("audience":["a","b"],"audience_matcher":"any",)");
    any.settle();
    CHECK(any.ask(token_of(R"({"aud":["a"]})")).status == 200);
    CHECK(any.ask(token_of(R"({"aud":["c"]})")).status == 401);
    TokenGateway typed(R"("token_types":["at+jwt"],)");
    typed.settle();
    CHECK(typed.ask(token_of(lasting(60))).status == 401);
}

TEST_CASE("validator: a role or scope that is missing is 403, and is found below a path") {
    TokenGateway one(R"("roles":["x","y"],"roles_key":"a.b","scopes":["r","w"],)"
                     R"("scopes_key":"scope","scopes_matcher":"all",)");
    one.settle();
    CHECK(one.ask(token_of(R"({"a":{"b":[1,"y"]},"scope":"w r"})")).status == 200);
    const auto role = one.ask(token_of(R"({"a":{"b":["z"]},"scope":"w r"})"));
    CHECK(role.status == 403);
    CHECK(error_of(role) == "token_forbidden");
    CHECK(value_of(role, "WWW-Authenticate") ==
          "Bearer realm=\"shop\", error=\"insufficient_scope\"");
    const auto scope = one.ask(token_of(R"({"a":{"b":"y"},"scope":"w"})"));
    CHECK(scope.status == 403);
    CHECK(error_of(scope) == "scope_missing");
    CHECK(value_of(scope, "WWW-Authenticate") ==
          "Bearer realm=\"shop\", error=\"insufficient_scope\", scope=\"r w\"");
    CHECK(one.ask(token_of("{}")).status == 403);
}

TEST_CASE("validator: claims go into headers, and the client's own never do") {
    TokenGateway one(R"("propagate_claims":[["sub","X-User"],["r","X-Roles"]],)");
    one.settle();
    CHECK(one.ask(token_of(R"({"sub":"anna","r":["a","b"]})"),
                  {{"x-user", "admin"}, {"X-Roles", "root"}, {"X-Other", "o"}})
              .status == 200);
    CHECK(sent(one, "X-User") == "anna");
    CHECK(sent(one, "X-Roles") == "a,b");
    CHECK(sent(one, "X-Other") == "o");
    CHECK(one.ask(token_of("{}"), {{"X-User", "admin"}}).status == 200);
    CHECK(sent(one, "X-User").empty());
    CHECK(one.ask(token_of(R"({"sub":"a\r\nX-Other: b"})"), {{"X-User", "admin"}}).status == 200);
    CHECK(sent(one, "X-User").empty());
    CHECK(sent(one, "X-Other").empty());
    TokenGateway lists(R"("propagate_claims":[["r","X-Roles"]],)"
                       R"("propagate_claims_preserve_array":true,)");
    lists.settle();
    CHECK(lists.ask(token_of(R"({"r":["a","b"]})")).status == 200);
    CHECK(sent(lists, "X-Roles") == "a|b");
}

TEST_CASE("validator: a claim is part of a backend's path, encoded, and no way out of it") {
    TokenGateway one({}, {}, "/users/{JWT.sub}/x");
    one.settle();
    CHECK(one.ask(token_of(R"({"sub":"a/b?c"})")).status == 200);
    CHECK(one.backend().seen.back().target == "/users/a%2Fb%3Fc/x");
    for (const char* const claims : {"{}", R"({"sub":".."})", R"({"sub":"."})"}) {
        const auto reply = one.ask(token_of(claims));
        CHECK(reply.status == 500);
        CHECK(error_of(reply) == "bad_placeholder");
    }
    CHECK(one.backend().seen.size() == 1);
}

TEST_CASE("validator: the token comes from the header, else from the cookie") {
    TokenGateway one;
    one.settle();
    const std::string good = token_of(lasting(60));
    const auto with = [&one](testing::Headers headers) {
        return one.gateway.ask({.target = "/a", .headers = std::move(headers)}).status;
    };
    CHECK(with({{"Authorization", good}}) == 200);
    CHECK(with({{"authorization", "bEARER   " + good + " "}}) == 200);
    CHECK(with({{"Cookie", "a=b; access_token=" + good + ";c=d"}}) == 200);
    CHECK(with({{"Cookie", "xaccess_token=" + good}}) == 401);
    CHECK(with({{"Authorization", "Basic YTpi"}, {"Cookie", "access_token=" + good}}) == 401);
    const auto twice = one.gateway.ask(
        {.target = "/a", .headers = {{"Authorization", good}, {"Authorization", good}}});
    CHECK(error_of(twice) == "token_invalid");
    CHECK(with({{"Cookie", "access_token=" + good + "; access_token=x"}}) == 401);
    CHECK(with({{"Cookie", "access_token=x; access_token=" + good}}) == 401);
    CHECK(with({{"Authorization", "Bearer " + std::string(20000, 'a')}}) == 401);
}

TEST_CASE("validator: a token that names no key is verified only with a single one") {
    TokenGateway one;
    one.settle();
    const std::string nameless = token_of(lasting(60), secret("a"), "");
    CHECK(one.ask(nameless).status == 200);
    TokenGateway two;
    two.answer(testing::set_of(secret("a") + ',' + secret("b", 'y')));
    two.settle();
    CHECK(two.ask(nameless).status == 401);
    CHECK(two.ask(token_of(lasting(60))).status == 200);
}

TEST_CASE("token cache: finds what it was given, as a whole, and forgets the oldest") {
    components::TokenCache cache(4, 7);
    const components::ValidatorSettings settings;
    const auto put = [&](const std::string& text) {
        auto claims = jose::Claims::parse("{}");
        cache.put(std::make_shared<const components::VerifiedToken>(
            text, std::move(*claims), settings, std::vector<std::string>{}));
    };
    CHECK(cache.find("a") == nullptr);
    for (const char* const text : {"a", "b", "c", "d"}) {
        put(text);
    }
    CHECK(cache.find("a") != nullptr);
    CHECK(cache.find("aa") == nullptr);
    put("e");
    CHECK(cache.find("b") == nullptr);
    CHECK(cache.find("a") != nullptr);
    CHECK((*cache.find("e"))->token() == "e");
    cache.clear();
    CHECK(cache.find("a") == nullptr);
    components::TokenCache none(0, 7);
    CHECK(none.find("a") == nullptr);
}
