#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "components/auth_validator/verifier.hpp"
#include "support/repeated.hpp"
#include "unit/components/auth_validator/tokens.hpp"
#include "unit/jose/vectors.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using jose::to_base64url;
using testing::lasting;
using testing::repeated;
using testing::secret;
using testing::set_of;
using testing::token_of;
using testing::token_with;
using testing::TokenGateway;

namespace {

constexpr const char* kHeader = R"({"alg":"HS256","kid":"a"})";

/// What a request with these headers is answered; `passed` if the backend was asked.
std::string verdict(TokenGateway& one, testing::Headers headers, std::string target = "/a") {
    testing::FakeClient client(one.gateway.loop);
    client.send(one.gateway.front, {.target = std::move(target), .headers = std::move(headers)});
    one.turn();
    REQUIRE(client.replies() == 1);
    return client.reply().status == 200 ? "passed" : client.reply().header("X-Aggregator-Error");
}

std::string verdict(TokenGateway& one, const std::string& token) {
    return verdict(one, testing::Headers{{"Authorization", "Bearer " + token}});
}

/// Each of the tokens is refused as such, and a good one passes before and behind them.
void check_refused(TokenGateway& one, const std::vector<std::string>& tokens) {
    CHECK(verdict(one, token_of(lasting(60))) == "passed");
    for (const std::string& token : tokens) {
        CAPTURE(token.substr(0, 200));
        CHECK(verdict(one, token) == "token_invalid");
    }
    CHECK(verdict(one, token_of(lasting(60))) == "passed");
    CHECK(one.backend().seen.size() == 2);
}

std::string part_of(const std::string& token, int index) {
    std::size_t begin = 0;
    for (int i = 0; i < index; ++i) {
        begin = token.find('.', begin) + 1;
    }
    return token.substr(begin, token.find('.', begin) - begin);
}

std::string octets_of(const std::string& bytes, const std::string& kid = "r") {
    return R"({"kty":"oct","kid":")" + kid + R"(","k":")" + to_base64url(bytes) + "\"}";
}

/// A claim's time as a token says it.
jose::Claims claims_with(const std::string& name, double time) {
    auto claims = jose::Claims::parse("{\"" + name + "\":" + std::to_string(time) + "}");
    REQUIRE(claims.has_value());
    return std::move(*claims);
}

bool in_time(const std::string& name, double time, base::Duration leeway, double now) {
    return components::check_times(claims_with(name, time), leeway, now).has_value();
}

}  // namespace

TEST_CASE("attacks: algorithm confusion, the public RSA key as the secret of HS256") {
    using jose::testing::rsa;
    for (const char* const algorithm : {"RS256", "HS256"}) {
        TokenGateway one({}, {}, "/b", algorithm);
        one.answer(set_of(rsa()));
        one.settle();
        const auto modulus = jose::from_base64url(jose::testing::kRsaNumber);
        for (const std::string& known :
             {std::string(jose::testing::kRsaNumber), rsa(), set_of(rsa()), modulus.value()}) {
            for (const char* const claimed : {"HS256", "RS256"}) {
                const std::string header = R"({"kid":"r","alg":")" + std::string(claimed) + "\"}";
                const std::string got =
                    verdict(one, token_with(header, lasting(60), octets_of(known)));
                CHECK(got == "token_invalid");
            }
        }
        CHECK(one.backend().seen.empty());
    }
}

TEST_CASE("attacks: `none`, spelt in every way, with and without a signature") {
    TokenGateway one;
    one.settle();
    const std::string payload = to_base64url(lasting(60));
    std::vector<std::string> tokens;
    for (const char* const name : {"none", "None", "NONE", "nOnE", "none ", "", "null"}) {
        const std::string header =
            to_base64url(R"({"kid":"a","alg":")" + std::string(name) + "\"}") + '.';
        tokens.insert(tokens.end(),
                      {header + payload + '.', header + payload, header + payload + ".AAAA",
                       header + payload + '.' + part_of(token_of(lasting(60)), 2)});
    }
    for (const char* const header : {R"({"kid":"a"})", R"({"kid":"a","alg":null})",
                                     R"({"kid":"a","alg":["HS256"]})", R"({"kid":"a","alg":{}})"}) {
        tokens.push_back(token_with(header, lasting(60)));
    }
    check_refused(one, tokens);
}

TEST_CASE("attacks: weak keys sign nothing that is accepted") {
    TokenGateway one;
    const std::string weak = octets_of("0123456789abcdef0123456789abcde", "w");  // 31 bytes
    const std::string empty = R"({"kty":"oct","kid":"w","k":""})";
    for (const std::string& jwk : {weak, empty}) {
        one.answer(set_of(secret("a") + ',' + jwk));
        one.pass(900s);
        one.turn();
        CHECK(verdict(one, token_with(R"({"alg":"HS256","kid":"w"})", lasting(60), secret("w"))) ==
              "token_invalid");
    }
    CHECK(verdict(one, token_of(lasting(60))) == "passed");
}

TEST_CASE("attacks: a name twice in header or claims, escaped and nested too") {
    TokenGateway one;
    one.settle();
    const std::string exp = lasting(60);
    const std::string open = exp.substr(0, exp.size() - 1);
    check_refused(one,
                  {token_with(R"({"alg":"HS256","alg":"none","kid":"a"})", exp),
                   token_with(R"({"alg":"none","alg":"HS256","kid":"a"})", exp),
                   token_with(R"({"alg":"HS256","kid":"b","kid":"a"})", exp),
                   token_with(R"({"alg":"HS256","\u0061lg":"none","kid":"a"})", exp),
                   token_with(kHeader, open + R"(,"exp":99999999999})"),
                   token_with(kHeader, open + R"(,"sub":"a","sub":"admin"})"),
                   token_with(kHeader, open + R"(,"s\u0075b":"a","sub":"admin"})"),
                   token_with(kHeader, open + R"(,"realm_access":{"roles":[],"roles":["admin"]}})"),
                   token_with(kHeader, open + R"(,"list":[{"a":1,"a":2}]})")});
}

TEST_CASE("attacks: a token that is too large, and the largest one") {
    TokenGateway one;
    one.settle();
    const auto sized = [](std::size_t bytes) {
        // Of three bytes each there are four characters.
        const std::string frame = token_of(lasting(60, R"(,"x":"")"));
        std::string token = token_of(
            lasting(60, R"(,"x":")" + std::string((bytes - frame.size()) / 4 * 3, 'y') + '"'));
        return token;
    };
    const std::string largest = sized(jose::Token::kBytesMax);
    CHECK(largest.size() <= jose::Token::kBytesMax);
    CHECK(largest.size() > jose::Token::kBytesMax - 8);
    CHECK(verdict(one, largest) == "passed");
    CHECK(verdict(one, sized(jose::Token::kBytesMax + 8)) == "token_invalid");
    CHECK(verdict(one, sized(200'000)) == "token_invalid");
    CHECK(verdict(one, std::string(1'000'000, '.')) == "token_invalid");
    const std::string deep = R"(,"x":)" + repeated("[", 40) + repeated("]", 40);
    CHECK(verdict(one, token_of(lasting(60, deep))) == "token_invalid");
    const std::string very_deep = R"(,"x":)" + repeated("[", 5000) + repeated("]", 5000);
    CHECK(verdict(one, token_of(lasting(60, very_deep))) == "token_invalid");
}

TEST_CASE("attacks: a poisoned set of keys is taken as a whole or not at all") {
    const std::string other = secret("b", 'y');
    std::string many;
    for (std::size_t i = 0; i <= jose::KeySet::kKeysMax; ++i) {
        many += (i == 0 ? "" : ",") + secret("k" + std::to_string(i), 'y');
    }
    for (const std::string& poison :
         {set_of(other + ',' + many), set_of(other) + std::string(jose::KeySet::kBytesMax, ' '),
          R"({"keys":[)" + other + R"(],"keys":[]})", R"({"keys":{"b":)" + other + "}}",
          '[' + other + ']', set_of(other) + set_of(other), "\xEF\xBB\xBF" + set_of(other),
          R"({"keys":)" + repeated("[", 2000) + repeated("]", 2000) + '}'}) {
        CAPTURE(poison.substr(0, 60));
        TokenGateway one;
        one.settle();
        one.answer(poison);
        CHECK(verdict(one, token_of(lasting(60), other, "b")) == "token_invalid");
        CHECK(one.key_server().seen.size() == 2);
        CHECK(verdict(one, token_of(lasting(60))) == "passed");
    }
}

TEST_CASE("attacks: keys of the same name, of other kinds and with their private parts") {
    using namespace jose::testing;
    TokenGateway one;
    one.answer(set_of(secret("a") + ',' + secret("b") + ',' + secret("b", 'y') + ',' +
                      rsa_secret() + ',' + std::string(kP256) + ',' + std::string(kEd25519) +
                      R"(,{"kty":"PQ","kid":"q"},5,null,[],{})"));
    one.settle();
    CHECK(verdict(one, token_of(lasting(60))) == "passed");
    for (const char fill : {'x', 'y'}) {
        CHECK(verdict(one, token_of(lasting(60), secret("b", fill), "b")) == "token_invalid");
    }
    for (const char* const kid : {"r", "e", "d", "q"}) {
        const std::string header = R"({"alg":"HS256","kid":")" + std::string(kid) + "\"}";
        for (const std::string& known : {std::string(kRsaSecret), rsa_secret(), std::string()}) {
            if (known.size() >= 32) {
                CHECK(verdict(one, token_with(header, lasting(60), octets_of(known))) ==
                      "token_invalid");
            }
        }
    }
}

TEST_CASE("attacks: what a key's name says is compared, and goes nowhere else") {
    TokenGateway one;
    one.settle();
    std::vector<std::string> tokens;
    for (const std::string& kid :
         {std::string("../../../../dev/null"), std::string("/etc/passwd"),
          std::string("a' OR '1'='1"), std::string("a'; DROP TABLE keys;--"), std::string("a\\n"),
          std::string("a\\r\\nX-User: admin"), std::string("a\\u0000"), std::string("A"),
          std::string(" a"), std::string("a "), std::string("*"), std::string(".*"),
          std::string("http://evil/keys"), std::string("| id"), std::string("\\ud83d\\ude00"),
          std::string(9000, 'a')}) {
        tokens.push_back(token_with(R"({"alg":"HS256","kid":")" + kid + "\"}", lasting(60)));
    }
    tokens.push_back(token_with(R"({"alg":"HS256","kid":["a"]})", lasting(60)));
    tokens.push_back(token_with(R"({"alg":"HS256","kid":0})", lasting(60)));
    tokens.push_back(token_with(R"({"alg":"HS256","kid":{"a":"a"}})", lasting(60)));
    for (const std::string& token : tokens) {
        const auto reply = one.ask(token);
        CHECK(reply.header("X-Aggregator-Error") == "token_invalid");
        CHECK(reply.header("WWW-Authenticate").find("admin") == std::string::npos);
        CHECK(reply.header("WWW-Authenticate").find('\n') == std::string::npos);
        CHECK(reply.header("X-User").empty());
    }
    for (const testing::Seen& seen : one.key_server().seen) {
        CHECK(seen.target == "/set?x=1");
    }
    CHECK(one.key_server().seen.size() == 2);
    CHECK(verdict(one, token_of(lasting(60))) == "passed");
}

TEST_CASE("attacks: keys, and addresses of keys, that a token brings along") {
    TokenGateway one;
    one.settle();
    const std::string own = secret("a", 'y');
    std::vector<std::string> tokens;
    for (const std::string& more :
         {R"("jwk":)" + own, std::string(R"("jku":"http://evil/keys")"),
          std::string(R"("x5u":"http://evil/keys")"), std::string(R"("x5c":["AAECAw=="])")}) {
        tokens.push_back(token_with(R"({"alg":"HS256","kid":"a",)" + more + '}', lasting(60), own));
        tokens.push_back(token_with(R"({"alg":"HS256",)" + more + '}', lasting(60), own));
    }
    check_refused(one, tokens);
    CHECK(one.key_server().seen.size() == 1);
}

TEST_CASE("attacks: the clock, at the exact borders of the leeway") {
    using namespace std::chrono_literals;
    constexpr double kNow = 1'700'000'000;
    for (const base::Duration leeway :
         {base::Duration{}, base::Duration(1s), base::Duration(500ms), base::Duration(1h)}) {
        const double seconds = std::chrono::duration<double>(leeway).count();
        CAPTURE(seconds);
        // `exp` is the first moment at which a token is no longer good (RFC 7519, section 4.1.4).
        CHECK_FALSE(in_time("exp", kNow - seconds, leeway, kNow));
        CHECK(in_time("exp", kNow - seconds + 0.25, leeway, kNow));
        CHECK_FALSE(in_time("exp", kNow - seconds - 0.25, leeway, kNow));
        for (const char* const from : {"nbf", "iat"}) {
            CAPTURE(from);
            CHECK(in_time(from, kNow + seconds, leeway, kNow));
            CHECK(in_time(from, kNow + seconds - 0.25, leeway, kNow));
            CHECK_FALSE(in_time(from, kNow + seconds + 0.25, leeway, kNow));
        }
    }
    CHECK_FALSE(in_time("exp", 0, 1s, kNow));
    CHECK_FALSE(in_time("exp", -1, 1s, kNow));
    CHECK(in_time("nbf", 0, 1s, kNow));
}

TEST_CASE("attacks: times that are no numbers") {
    TokenGateway one;
    one.settle();
    std::vector<std::string> tokens;
    for (const char* const claim : {"exp", "nbf", "iat"}) {
        for (const char* const time :
             {R"("99999999999")", "null", "true", "[99999999999]", "{}", "1e999", "-1e999"}) {
            tokens.push_back(token_with(kHeader, "{\"" + std::string(claim) + "\":" + time + '}'));
        }
        for (const char* const time : {"NaN", "Infinity", "0x7fffffff", "+1", "01", "1.", ".5"}) {
            tokens.push_back(token_with(kHeader, "{\"" + std::string(claim) + "\":" + time + '}'));
        }
    }
    check_refused(one, tokens);
    CHECK(verdict(one, token_with(kHeader, R"({"exp":9.9e10})")) == "passed");
    CHECK(verdict(one, token_with(kHeader, R"({"exp":99999999999.5})")) == "passed");
}

TEST_CASE("attacks: a thousand unknown keys a second, for half a minute") {
    TokenGateway one;
    one.settle();
    const std::string tail = '.' + to_base64url(lasting(3600)) + ".AAAA";
    for (int i = 0; i < 30'000; ++i) {
        testing::FakeClient client(one.gateway.loop);
        client.send(one.gateway.front,
                    {.target = "/a",
                     .headers = {{"Authorization", to_base64url(R"({"alg":"HS256","kid":"k)" +
                                                                std::to_string(i) + "\"}") +
                                                       tail}}});
        if (client.replies() == 0) {
            one.turn();
        }
        REQUIRE(client.replies() == 1);
        REQUIRE(client.reply().status == 401);
        one.pass(1ms);
    }
    // At the start, and then one in ten seconds, the first at once.
    CHECK(one.key_server().seen.size() == 4);
    CHECK(one.ask(token_of(lasting(60))).status == 200);
    CHECK(one.gateway.alive() == 0);
}

TEST_CASE("attacks: a token at another place than the configured one is none") {
    TokenGateway one;
    one.settle();
    const std::string token = token_of(lasting(60));
    const auto missing = [&one](testing::Headers headers, const std::string& target = "/a") {
        return verdict(one, std::move(headers), target) == "token_missing";
    };
    CHECK(missing({}, "/a?access_token=" + token));
    CHECK(missing({}, "/a?Authorization=Bearer%20" + token));
    CHECK(missing({{"Proxy-Authorization", "Bearer " + token}}));
    CHECK(missing({{"X-Authorization", token}}));
    CHECK(missing({{"X-Forwarded-Authorization", token}}));
    CHECK(missing({{"Cookie", "Authorization=" + token}}));
    CHECK(missing({{"Cookie", "ACCESS_TOKEN=" + token}}));
    CHECK(missing({{"Set-Cookie", "access_token=" + token}}));
    CHECK(missing({{"Cookie", "a=access_token=" + token}}));
    for (const std::string& value :
         {"Basic " + token, "Token " + token, "JWT " + token, "BearerX " + token,
          "Bearer " + token + ", Bearer " + token, token + ',' + token, "Bearer Bearer " + token,
          "Bearer:" + token, "Bearer=" + token, std::string(), std::string("Bearer"),
          std::string("Bearer ")}) {
        CAPTURE(value);
        CHECK(verdict(one, testing::Headers{{"Authorization", value}}) == "token_invalid");
        // A bad one in the header is not made good by a cookie.
        CHECK(verdict(one, {{"Authorization", value}, {"Cookie", "access_token=" + token}}) ==
              "token_invalid");
    }
    CHECK(one.backend().seen.empty());
}

TEST_CASE("attacks: extensions that have to be understood, and tokens within tokens") {
    TokenGateway one;
    one.settle();
    const std::string good = token_of(lasting(60));
    const std::string head = R"({"alg":"HS256","kid":"a",)";
    check_refused(
        one, {token_with(head + R"("crit":["exp"],"exp":1})", lasting(60)),
              token_with(head + R"("crit":[]})", lasting(60)),
              token_with(head + R"("crit":null})", lasting(60)),
              token_with(head + R"("crit":"b64","b64":false})", lasting(60)),
              token_with(head + R"("crit":["b64"],"b64":false})", lasting(60)),
              token_with(head + R"("\u0063rit":["x"]})", lasting(60)),
              token_with(head + R"("cty":"JWT"})", good), token_with(kHeader, '"' + good + '"'),
              token_with(kHeader, '[' + lasting(60) + ']'), token_with(kHeader, "null"),
              token_with(kHeader, ""),
              // RFC 7516, five parts; and a JWS in JSON.
              good + ".AAAA.AAAA", to_base64url(R"({"alg":"dir","enc":"A256GCM"})") + "..AAAA.A.A",
              R"({"payload":")" + part_of(good, 1) + R"(","protected":")" + part_of(good, 0) +
                  R"(","signature":")" + part_of(good, 2) + "\"}"});
}

TEST_CASE("attacks: base64 in other ways, and white space") {
    TokenGateway one;
    one.settle();
    // A header with a character that is `-` or `_` here, and `+` or `/` elsewhere.
    const std::string good = token_with(R"({"alg":"HS256","kid":"a","x":"??>>~~"})", lasting(60));
    CHECK(verdict(one, good) == "passed");
    std::vector<std::string> tokens;
    for (int i = 0; i < 3; ++i) {
        const std::string part = part_of(good, i);
        const std::size_t at = good.find(part);
        const auto with = [&](const std::string& other) {
            std::string token = good;
            tokens.push_back(token.replace(at, part.size(), other));
        };
        with(part + '=');
        with(part + "==");
        with('=' + part);
        with(part + "%3D");
        with(part.substr(0, 4) + "\r\n" + part.substr(4));
        with(part.substr(0, 4) + ' ' + part.substr(4));
        with(part.substr(0, 4) + '\t' + part.substr(4));
        with(part + ' ');
        with(' ' + part);
        with(part + "A");
        with("");
        std::string plain = part;
        std::replace(plain.begin(), plain.end(), '-', '+');
        std::replace(plain.begin(), plain.end(), '_', '/');
        if (plain != part) {
            with(plain);
        }
    }
    // White space around the whole is that of the header's value, and no part of it.
    std::erase_if(tokens, [&good](const std::string& token) { return base::trim(token) == good; });
    CHECK(tokens.size() > 25);
    for (const std::string& token : tokens) {
        CAPTURE(token);
        CHECK(verdict(one, token) == "token_invalid");
    }
    for (const std::string& value : {"Bearer    " + good, "  Bearer " + good + "  ", good + " "}) {
        CHECK(verdict(one, testing::Headers{{"Authorization", value}}) == "passed");
    }
    // Signed as it stands, white space in JSON is none of the token's business.
    CHECK(verdict(one, token_with("  { \"alg\" : \"HS256\" ,\r\n\t\"kid\":\"a\" }  ",
                                  ' ' + lasting(60) + '\n')) == "passed");
    // The bits that belong to no byte: the same signature in another spelling.
    std::string spelt = good;
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    spelt.back() = alphabet[alphabet.find(spelt.back()) + 1];
    CHECK(verdict(one, spelt) == "token_invalid");
}
