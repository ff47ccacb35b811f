#include <doctest/doctest.h>

#include <string>

#include <aggregator/jose/base64url.hpp>
#include <aggregator/jose/claims.hpp>
#include <aggregator/jose/token.hpp>

#include "support/repeated.hpp"

using namespace aggregator;
using namespace aggregator::jose;
using aggregator::testing::repeated;

namespace {

std::string token_of(std::string_view header, std::string_view payload = "{}") {
    return to_base64url(header) + '.' + to_base64url(payload) + ".AAAA";
}

bool parses(const std::string& text) { return Token::parse(text).has_value(); }

Claims claims_of(std::string_view json) {
    auto claims = Claims::parse(json);
    REQUIRE(claims.has_value());
    return std::move(*claims);
}

bool are_claims(std::string_view json) { return Claims::parse(json).has_value(); }

}  // namespace

TEST_CASE("token: a header says algorithm, type and key") {
    const std::string text =
        token_of(R"({"alg":"RS256","typ":"at+jwt","kid":"k","x5t":"x","x5t#S256":"y","more":[1]})");
    const auto token = Token::parse(text);
    REQUIRE(token.has_value());
    CHECK(token->algorithm == "RS256");
    CHECK(token->type == "at+jwt");
    CHECK(token->names.kid == "k");
    CHECK(token->names.x5t == "x");
    CHECK(token->names.x5t_s256 == "y");
    CHECK(token->input == text.substr(0, text.rfind('.')));
    CHECK(token->payload == "{}");
    CHECK(token->signature == std::string(3, '\0'));
}

TEST_CASE("token: what has not three parts is none") {
    const std::string good = token_of(R"({"alg":"RS256"})");
    CHECK(parses(good));
    for (const std::string& text :
         {std::string(), std::string("."), std::string(".."), std::string("a.b"), good + ".",
          good + ".AAAA.AAAA", '.' + good, good.substr(0, good.rfind('.')), "Bearer " + good,
          good + ' '}) {
        CAPTURE(text);
        CHECK_FALSE(parses(text));
    }
}

TEST_CASE("token: a payload that is not base64url is refused, whoever signed it") {
    const std::string header = to_base64url(R"({"alg":"RS256"})");
    CHECK(parses(header + "..AAAA"));
    for (const char* const payload : {" e30", "e30=", "?e30", "AB", "A"}) {
        CHECK_FALSE(parses(header + '.' + payload + ".AAAA"));
    }
}

TEST_CASE("token: an extension that has to be understood is refused, for none is") {
    CHECK_FALSE(parses(token_of(R"({"alg":"RS256","crit":["exp"],"exp":1})")));
    CHECK_FALSE(parses(token_of(R"({"alg":"RS256","crit":[]})")));
    CHECK_FALSE(parses(token_of(R"({"alg":"RS256","b64":false,"crit":["b64"]})")));
}

TEST_CASE("token: a header that can be read in two ways is refused") {
    CHECK_FALSE(parses(token_of(R"({"alg":"RS256","alg":"HS256"})")));
    CHECK_FALSE(parses(token_of(R"({"alg":"RS256","\u0061lg":"HS256"})")));
    CHECK_FALSE(parses(token_of(R"({"alg":"RS256","a":{"b":1,"b":2}})")));
    CHECK_FALSE(parses(token_of(R"({"alg":"RS256"}{})")));
    CHECK_FALSE(parses(token_of(R"({"alg":"RS256",})")));
    CHECK_FALSE(parses(token_of("/**/{\"alg\":\"RS256\"}")));
    CHECK_FALSE(parses(token_of("{\"alg\":\"RS256\",\"a\":\"\xFF\"}")));
    CHECK_FALSE(parses(token_of(R"(["RS256"])")));
    CHECK_FALSE(parses(token_of(R"({"alg":["RS256"]})")));
    CHECK_FALSE(parses(token_of(R"({"alg":"RS256","kid":5})")));
}

TEST_CASE("token: one that is too long or nested too deeply is refused") {
    const std::string start = token_of(R"({"alg":"RS256"})") + "AAAA";
    CHECK(parses(start + std::string((Token::kBytesMax - start.size()) / 4 * 4, 'A')));
    CHECK_FALSE(parses(start + std::string(Token::kBytesMax, 'A')));
    const auto nested = [](std::size_t depth) {
        return R"({"alg":"RS256","a":)" + repeated("[", depth) + repeated("]", depth) + '}';
    };
    CHECK(parses(token_of(nested(kNestingMax - 1))));
    CHECK_FALSE(parses(token_of(nested(kNestingMax))));
    CHECK_FALSE(parses(token_of(nested(5000))));
}

TEST_CASE("claims: an object, and nothing that can be read in two ways") {
    CHECK(are_claims("{}"));
    CHECK_FALSE(are_claims("[]"));
    CHECK_FALSE(are_claims("Payload"));
    CHECK_FALSE(are_claims(R"({"sub":"a","sub":"b"})"));
    CHECK_FALSE(are_claims(R"({"a":[{"b":1,"b":1}]})"));
    CHECK_FALSE(are_claims(R"({"a":)" + repeated("[", 40) + repeated("]", 40) + '}'));
}

TEST_CASE("claims: times are numbers") {
    const Claims claims = claims_of(R"({"exp":1.5e3,"nbf":-1,"iat":0.25})");
    CHECK(claims.expires() == 1500.0);
    CHECK(claims.not_before() == -1.0);
    CHECK(claims.issued() == 0.25);
    CHECK_FALSE(claims_of("{}").expires());
    CHECK_FALSE(are_claims(R"({"exp":"1500"})"));
    CHECK_FALSE(are_claims(R"({"nbf":null})"));
    CHECK_FALSE(are_claims(R"({"nbf":1e999})"));
    CHECK_FALSE(are_claims(R"({"iat":true})"));
}

TEST_CASE("claims: a name with dots is a claim, else a path; an address is never a path") {
    const Claims claims = claims_of(
        R"({"a.b":"exact","a":{"b":"path","c":{"d":1}},"http://x":{"y":1},"https://x.y":"z"})");
    CHECK(claims.text("a.b") == "exact");
    CHECK(claims.text("a.c.d") == "1");
    CHECK(claims.text("a.c") == R"({"d":1})");
    CHECK_FALSE(claims.text("a.c.d.e"));
    CHECK_FALSE(claims.text("a.x"));
    CHECK_FALSE(claims.text("a."));
    CHECK_FALSE(claims.text(""));
    CHECK_FALSE(claims.text("http://x.y"));
    CHECK(claims.text("https://x.y") == "z");
}

TEST_CASE("claims: as text") {
    const Claims claims = claims_of(
        R"({"s":"a b","i":12,"big":12345678901234567890,"f":1.5,"w":3.0000001,"n":-0.0000001,)"
        R"("e":1e3,"l":["a",1,true],"l0":[],"b":false,"o":{"x":[1]},"z":null})");
    CHECK(claims.text("s") == "a b");
    CHECK(claims.text("i") == "12");
    CHECK(claims.text("big") == "12345678901234567890");
    CHECK(claims.text("f") == "1.500000");
    CHECK(claims.text("w") == "3");
    CHECK(claims.text("n") == "0");
    CHECK(claims.text("e") == "1000");
    CHECK(claims.text("l") == "a,1,true");
    CHECK(claims.text("l0") == "");
    CHECK(claims.text("b") == "false");
    CHECK(claims.text("o") == R"({"x":[1]})");
    CHECK(claims.text("z") == "null");
    CHECK(claims.elements("l") == std::vector<std::string>{"a", "1", "true"});
    CHECK(claims.elements("s") == std::vector<std::string>{"a b"});
    CHECK(claims.elements("none").empty());
}

TEST_CASE("claims: roles are the texts of a list, or words") {
    using Words = std::vector<std::string_view>;
    const Claims claims = claims_of(R"({"l":["a",1,"b c",null],"w":" a  b ","n":5,"e":""})");
    CHECK(claims.words("l") == Words{"a", "b c"});
    CHECK(claims.words("w") == Words{"a", "b"});
    CHECK(claims.words("n") == Words{});
    CHECK(claims.words("e") == Words{});
    CHECK(claims.words("x") == Words{});
}

TEST_CASE("claims: an audience is one of `aud`") {
    CHECK(claims_of(R"({"aud":"a"})").is_for("a"));
    CHECK(claims_of(R"({"aud":["b","a"]})").is_for("a"));
    CHECK_FALSE(claims_of(R"({"aud":["b",5]})").is_for("5"));
    CHECK_FALSE(claims_of(R"({"aud":"a b"})").is_for("a"));
    CHECK_FALSE(claims_of("{}").is_for("a"));
    CHECK_FALSE(claims_of("{}").is_for(""));
}
