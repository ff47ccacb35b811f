#include <doctest/doctest.h>

#include <algorithm>

#include <aggregator/lint/output.hpp>

using namespace aggregator;
using lint::Choices;
using lint::Result;
using lint::Severity;

namespace {

constexpr const char* kMisspelt = R"({"version": 3, "use_hc2": "5s"})";

Result check(const std::string& text, const Choices& choices = {}) {
    return lint::check_text(text, "a.json", choices);
}

/// The rules of what was found, with their severities.
std::string told(const Result& result) {
    std::string out;
    for (const reading::Diagnostic& one : result.findings) {
        out += (out.empty() ? "" : " ") + one.rule + '=';
        out += reading::name_of(one.severity);
    }
    return out;
}

}  // namespace

TEST_CASE("lint: a sound configuration has no findings") {
    const Result result = check(R"({"version": 3})");
    CHECK(result.findings.empty());
    CHECK(result.loaded.service.has_value());
    CHECK(lint::to_text(result, lint::Paint::Ansi).empty());
}

TEST_CASE("lint: a misspelt key is an error, unless another severity is chosen") {
    CHECK(told(check(kMisspelt)) == "unknown-key=error");
    CHECK(told(check(kMisspelt, {{"unknown-key", Severity::Advice}})) == "unknown-key=advice");
    CHECK(told(check(kMisspelt, {{"unknown-key", std::nullopt}})).empty());
}

TEST_CASE("lint: the command line's choice comes before the file's") {
    const char* const text = R"({"version": 3, "use_hc2": "5s", "@lint": {"unknown-key": "off"}})";
    CHECK(told(check(text)).empty());
    CHECK(told(check(text, {{"unknown-key", Severity::Warning}})) == "unknown-key=warning");
}

TEST_CASE("lint: what keeps a configuration from being started cannot be chosen away") {
    const Choices off = {{"unsupported-version", std::nullopt}, {"syntax", Severity::Advice}};
    CHECK(told(check(R"({"version": 2})", off)) == "unsupported-version=error");
    CHECK(told(check("{", off)).find("syntax=error") != std::string::npos);
}

TEST_CASE("lint: wrong choices in the file are findings") {
    CHECK(told(check(R"({"version": 3, "@lint": "off"})")) == "bad-value=error");
    CHECK(told(check(R"({"version": 3, "@lint": {"syntax": false}})")) == "bad-value=error");
    CHECK(told(check(R"({"version": 3, "@lint": {"sintax": "off"}})")) == "unknown-rule=error");
}

TEST_CASE("lint: a value that several places stand for is told once") {
    const Result result = lint::check_text(
        "version: 3\nendpoints:\n"
        "- endpoint: /a\n  backend: [&b {hots: x, host: h}]\n"
        "- endpoint: /b\n  backend: [*b]\n",
        "a.yaml", {});
    CHECK(std::count_if(result.findings.begin(), result.findings.end(),
                        [](const auto& one) { return one.rule == "unknown-key"; }) == 1);
}

TEST_CASE("lint: variables of the environment are looked at") {
    const Result result =
        lint::check_text(R"({"version": 3})", "a.json", {}, {{"AGGREGATOR_TIMEOUT", "5"}});
    CHECK(told(result) == "bad-duration=error");
    CHECK(lint::to_text(result, lint::Paint::Plain).find("variable AGGREGATOR_TIMEOUT: error") !=
          std::string::npos);
}
