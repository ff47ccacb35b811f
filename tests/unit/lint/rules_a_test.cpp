#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include <aggregator/lint/lint.hpp>
#include "lint/rules/looking.hpp"
#include "lint/rules/secrets.hpp"

using namespace aggregator;
using lint::describe_secret;

namespace {

/// The text with all repairs of one rule made, from its end to its beginning.
std::string repaired(std::string text, const std::string& rule) {
    reading::Edits edits;
    for (const reading::Diagnostic& one : lint::check_text(text, "config.json", {}).findings) {
        if (one.rule == rule) {
            edits.insert(edits.end(), one.repair.begin(), one.repair.end());
        }
    }
    std::stable_sort(edits.begin(), edits.end(),
                     [](const auto& a, const auto& b) { return a.offset < b.offset; });
    for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
        text.replace(edit->offset, edit->size, edit->text);
    }
    return text;
}

std::string service_of(const std::string& rest) {
    return R"({"version": 3, "host": ["http://shop.internal"], )" + rest + "}";
}

std::size_t found(const std::string& text, const std::string& rule) {
    const auto findings = lint::check_text(text, "config.json", {}).findings;
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [&rule](const reading::Diagnostic& one) { return one.rule == rule; }));
}

}  // namespace

TEST_CASE("secrets: keys that tell make a literal value a secret, however they are spelled") {
    for (const char* const key : {"password", "Client_Secret", "api-key", "API_KEY", "X-Api-Key",
                                  "Authorization", "access_token", "passphrase"}) {
        CAPTURE(key);
        CHECK(describe_secret(key, "q7Jx9Vb2") == "the value of `" + std::string(key) + '`');
    }
    for (const char* const key : {"token_url", "jwk_url", "secretary", "passwords", "key", ""}) {
        CAPTURE(key);
        CHECK(describe_secret(key, "q7Jx9Vb2").empty());
    }
}

TEST_CASE("secrets: what is filled in later, masked or a path is none") {
    for (const char* const value :
         {"${PASSWORD}", "$PASSWORD", "{{ .password }}", "prefix-${PASSWORD}", "<password>",
          "{password}", "xxxxxxxx", "********", "/run/secrets/password", "./password", "abc", ""}) {
        CAPTURE(value);
        CHECK(describe_secret("password", value).empty());
    }
}

TEST_CASE("secrets: some are known by their shape, wherever they stand") {
    const std::string web_token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
    CHECK(describe_secret("", "AKIAABCDEFGHIJKLMNOP") == "an access key of AWS");
    CHECK(describe_secret("", "id=AKIAABCDEFGHIJKLMNOP;") == "an access key of AWS");
    CHECK(describe_secret("", "ghp_" + std::string(36, 'a')) == "a token of GitHub");
    CHECK(describe_secret("", "Bearer " + web_token) == "a JSON Web Token");
    CHECK(describe_secret("", "-----BEGIN PRIVATE KEY-----\nMII") == "a private key");
    CHECK(describe_secret("", "amqp://guest:guest1@queue/") == "a URL with a password");
}

TEST_CASE("secrets: what only looks a little like one is none") {
    for (const char* const value :
         {"AKIAABC", "xAKIAABCDEFGHIJKLMNOP", "eyJhbGciOiJub25lIn0", "eyJhbGciOiJub25lIn0.eyJzdWI",
          "-----BEGIN CERTIFICATE-----\nMII", "https://user@shop.com/", "http://shop.com/a:b@c",
          "amqp://guest:${PASSWORD}@queue/", "https://shop.com:8443/", "mailto:a:b@c"}) {
        CAPTURE(value);
        CHECK(describe_secret("", value).empty());
    }
}

TEST_CASE("looking: a segment captures as the router has it") {
    const auto segments = [](const char* path, plan::ParamSyntax syntax) {
        std::string text;
        for (const lint::PathSegment& one : lint::segments_of(path, syntax)) {
            text += std::string(one.captures ? "+" : "-") + std::string(one.text);
        }
        return text;
    };
    using enum plan::ParamSyntax;
    CHECK(segments("/", Segment) == "-");
    CHECK(segments("/a/{b}/", Segment) == "-a+{b}-");
    CHECK(segments("/a{b}/{b}.c/d:e", Segment) == "+a{b}+{b}.c+d:e");
    CHECK(segments("/a{b}/{}", Segment) == "-a{b}-{}");
    CHECK(segments("/a{b}/{c d}", Anywhere) == "+a{b}-{c d}");
}

TEST_CASE("repairs: commas in texts and comments are no trailing commas") {
    const std::string text = service_of(R"("name": "a,]\",}", /* ,] */ "endpoints": [
        {"endpoint": "/a", "backend": [{"allow": ["a", // ,}
        ],},], /* , */ },])");
    CHECK(found(text, "not-portable") == 2);
    CHECK(repaired(text, "not-portable") == service_of(R"("name": "a,]\",}", /* ,] */ "endpoints": [
        {"endpoint": "/a", "backend": [{"allow": ["a" // ,}
        ]}] /* , */ }])"));
}

TEST_CASE("repairs: a bare value gets its brackets, also inside of another one") {
    const std::string text =
        service_of(R"("endpoints": {"endpoint": "/a", "backend": {"allow": "a" }})");
    const std::string better =
        service_of(R"("endpoints": [{"endpoint": "/a", "backend": [{"allow": ["a"] }]}])");
    CHECK(repaired(text, "value-instead-of-list") == better);
    CHECK(found(better, "value-instead-of-list") == 0);
}

TEST_CASE("repairs: a name that stands three times stays once") {
    const std::string text = service_of(R"("endpoints": [{"endpoint": "/a", "backend": [{}],
        "input_headers": ["Accept", "accept", "X-A", "ACCEPT"]}])");
    const std::string better = service_of(R"("endpoints": [{"endpoint": "/a", "backend": [{}],
        "input_headers": ["Accept", "X-A"]}])");
    CHECK(repaired(text, "duplicate-name") == better);
    CHECK(found(better, "duplicate-name") == 0);
}

TEST_CASE("repairs: a duration is spelled with the largest unit that it is a multiple of") {
    struct Spelling {
        const char* written;
        const char* better;
    };
    constexpr Spelling kSpellings[] = {{"1.5s", "1500ms"}, {"1h30m", "90m"},
                                       {"+2s", "2s"},      {"0.5us", "500ns"},
                                       {"60m60s", "61m"},  {"1h0.001ms", "3600000001us"}};
    for (const Spelling& one : kSpellings) {
        CAPTURE(one.written);
        const std::string text = service_of("\"timeout\": \"" + std::string(one.written) + '"');
        CHECK(repaired(text, "duration-spelling") ==
              service_of("\"timeout\": \"" + std::string(one.better) + '"'));
    }
}

TEST_CASE("repairs: a duration that stands for something else is told and left alone") {
    for (const char* const written : {"0", "+0", "-1s", "0.0s"}) {
        CAPTURE(written);
        const std::string text = service_of("\"idle_timeout\": \"" + std::string(written) + '"');
        CHECK(found(text, "duration-spelling") == 1);
        CHECK(repaired(text, "duration-spelling") == text);
    }
}

TEST_CASE("public-plain-http: names and addresses of private networks are quiet") {
    for (const char* const host :
         {"localhost:8080", "users", "172.31.0.1", "100.64.1.1", "[::1]", "[fe80::1]:80",
          "Users.Internal", "users.shop.svc", "a.b.local.", "192.168.1.1:9000/v1"}) {
        CAPTURE(host);
        CHECK(found(R"({"version": 3, "host": [")" + std::string(host) + R"("]})",
                    "public-plain-http") == 0);
    }
    for (const char* const host : {"172.32.0.1", "users.internal.com", "[2001:4860::1]", "a.b"}) {
        CAPTURE(host);
        CHECK(found(R"({"version": 3, "host": [")" + std::string(host) + R"("]})",
                    "public-plain-http") == 1);
    }
}
