#include <aggregator/plan/idle_filters.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <aggregator/config/load.hpp>

using namespace aggregator;

namespace {

const std::string kRemove =
    R"("extra_config":{"proxy":{"flatmap_filter":[{"type":"del","args":["a"]}]}})";

/// What is told of one endpoint with these members and backends, besides what loading tells.
reading::Diagnostics told(const std::string& members, const std::string& backends) {
    const config::Loaded loaded =
        config::load_text(R"({"version":3,"host":["http://a"],"endpoints":[{"endpoint":"/e",)" +
                              members + R"("backend":[)" + backends + "]}]}",
                          "shop.json");
    REQUIRE(loaded.service);
    reading::Diagnostics diagnostics;
    REQUIRE(plan::compile(loaded, diagnostics));
    for (const reading::Diagnostic& one : diagnostics) {
        CHECK(one.severity == reading::Severity::Warning);
    }
    return diagnostics;
}

void check_ignored(const reading::Diagnostics& diagnostics, const std::string& key) {
    CAPTURE(key);
    REQUIRE(diagnostics.size() == 1);
    CHECK(diagnostics[0].rule == "filter-ignored");
    CHECK(diagnostics[0].message.find(key + "` is ignored") != std::string::npos);
    CHECK(diagnostics[0].message.find("clients get") != std::string::npos);
    CHECK_FALSE(diagnostics[0].hint.empty());
}

}  // namespace

TEST_CASE("idle filters: a filter beside the backend's flatmap_filter is told as one that leaks") {
    check_ignored(told("", R"({"deny":["b"],)" + kRemove + "}"), "`deny");
    check_ignored(told("", R"({"allow":["b"],)" + kRemove + "}"), "`allow");
    const auto renames = told("", R"({"mapping":{"b":"c"},)" + kRemove + "}");
    REQUIRE(renames.size() == 1);
    CHECK(renames[0].rule == "no-effect");
    CHECK(told("", "{" + kRemove + "}").empty());
}

TEST_CASE("idle filters: where answers pass through untouched each filter is told") {
    const std::string no_op = R"("output_encoding":"no-op",)";
    check_ignored(told(no_op, R"({"deny":["b"]})"), "`deny");
    check_ignored(told(no_op, R"({"allow":["b"],"encoding":"no-op"})"), "`allow");
    check_ignored(told(no_op, R"({"target":"b"})"), "`target");
    check_ignored(told(no_op, "{" + kRemove + "}"), "`flatmap_filter");
    CHECK(told(no_op, R"({"group":"b"})").empty());
    // A single backend's encoding is the output's too, unless that is written.
    check_ignored(told(R"("output_encoding":"unheard",)", R"({"deny":["b"],"encoding":"no-op"})"),
                  "`deny");
}

TEST_CASE("idle filters: deny beside an allow that lets the same through is told") {
    const std::string message =
        "`deny` is ignored beside `allow`, which lets `a.b` through: clients get that";
    for (const char* allow : {"a", "a.b"}) {
        const auto found =
            told("", R"({"deny":["c","a.b"],"allow":[")" + std::string(allow) + R"("]})");
        REQUIRE(found.size() == 1);
        CHECK(found[0].message == message);
    }
    CHECK(told("", R"({"deny":["ab","c"],"allow":["a","d"]})").empty());
}

TEST_CASE("idle filters: a shadow's answers reach nobody, and of its filters nothing is told") {
    const std::string shadow =
        R"({"deny":["b"],"extra_config":{"proxy":{"shadow":true,"flatmap_filter":[
            {"type":"del","args":["a"]}]}}})";
    CHECK(told("", "{}," + shadow).empty());
}
