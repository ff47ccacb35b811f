#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include <aggregator/lint/lint.hpp>

using namespace aggregator;
using namespace std::chrono_literals;

namespace {

/// An instant as RFC 3339 has it.
std::string written(std::chrono::system_clock::time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

/// What a rule tells about a shadow with these members of `proxy/shadow`; empty: nothing.
std::string told(const std::string& rule, const std::string& members) {
    const lint::Result result = lint::check_text(
        R"({"version": 3, "host": ["http://a.internal"], "endpoints": [{"endpoint": "/a", "backend":
            [{"url_pattern": "/a"}, {"url_pattern": "/a", "host": ["http://b.internal"],
              "extra_config": {"proxy": {"shadow": true}, "proxy/shadow": {)" +
            members + "}}}]}]}",
        "t.json", {});
    const auto found =
        std::find_if(result.findings.begin(), result.findings.end(),
                     [&rule](const reading::Diagnostic& one) { return one.rule == rule; });
    return found == result.findings.end() ? std::string() : found->message;
}

std::string expiry_in(std::chrono::hours hours) {
    const auto time = std::chrono::system_clock::now() + hours + 30min;
    return told("shadow-expiry", R"("expires": ")" + written(time) + '"');
}

}  // namespace

TEST_CASE("shadow-expiry: what expires within a week is told with the time that is left") {
    CHECK(expiry_in(-1h).find("has expired") != std::string::npos);
    CHECK(expiry_in(5h).find("expires in 5h") != std::string::npos);
    CHECK(expiry_in(24h * 6).find("expires in 6 days") != std::string::npos);
    CHECK(expiry_in(24h * 8).empty());
}

TEST_CASE("shadow-without-copies: a method of the endpoint among those sampled is enough") {
    const auto methods = [](const std::string& list) {
        return told("shadow-without-copies", R"("sample": {"methods": )" + list + "}");
    };
    CHECK(methods(R"(["GET", "POST"])").empty());
    CHECK(methods(R"("safe")").empty());
    CHECK(methods("[]").empty());
    CHECK_FALSE(methods(R"(["POST"])").empty());
}
