#include "plan/flatmap.hpp"

#include <doctest/doctest.h>

#include <aggregator/config/load.hpp>

#include "plan/shape.hpp"

#include <ostream>

namespace aggregator::plan::tests {

namespace {

using Kind = config::FlatmapConfig::Kind;
using Paths = std::vector<std::vector<std::string>>;

const std::string kFilter = R"("extra_config":{"proxy":{"flatmap_filter":[
    {"type":"move","args":["a.b","c"]},{"type":"del","args":["a"]}]}})";

struct Filtered {
    std::shared_ptr<const Plan> plan;
    reading::Diagnostics warnings;
};

/// Compiles one endpoint with these members and backends.
Filtered filtered(const std::string& members, const std::string& backends) {
    const config::Loaded loaded =
        config::load_text(R"({"version":3,"host":["a.b"],"endpoints":[{"endpoint":"/e",)" +
                              members + R"("backend":[)" + backends + "]}]}",
                          "shop.json");
    REQUIRE(loaded.service);
    Filtered outcome;
    outcome.plan = compile(loaded, outcome.warnings);
    REQUIRE(outcome.plan);
    return outcome;
}

}  // namespace

TEST_CASE("flatmap: paths are cut at their dots, empty segments kept") {
    const Flatmap flatmap = compile_flatmap({{Kind::Move, {"a.b", "c"}},
                                             {Kind::Append, {"*.x", "l."}},
                                             {Kind::Delete, {"", "a..b", "q"}}});
    REQUIRE(flatmap.size() == 3);
    CHECK(flatmap[0].kind == Kind::Move);
    CHECK(flatmap[0].paths == Paths{{"a", "b"}, {"c"}});
    CHECK(flatmap[1].kind == Kind::Append);
    CHECK(flatmap[1].paths == Paths{{"*", "x"}, {"l", ""}});
    CHECK(flatmap[2].kind == Kind::Delete);
    CHECK(flatmap[2].paths == Paths{{""}, {"a", "", "b"}, {"q"}});
}

TEST_CASE("flatmap: a backend's filter takes the place of allow, deny and mapping, with warnings") {
    const auto [plan, warnings] = filtered(
        "", R"({"url_pattern":"/x","target":"t","group":"g","allow":["a"],"mapping":{"a":"b"},)" +
                kFilter + "}");
    const Shape& shape = plan->endpoints[0].backends[0].shape;
    CHECK(shape.flatmap.size() == 2);
    CHECK(shape.allow.branches.empty());
    CHECK(shape.mapping.empty());
    CHECK(shape.target == std::vector<std::string>{"t"});
    CHECK(shape.group == R"("g")");
    CHECK_FALSE(shape.passes_members());
    REQUIRE(warnings.size() == 2);
    CHECK(warnings[0].severity == reading::Severity::Warning);
    CHECK(warnings[0].pointer == "/endpoints/0/backend/0/allow");
    CHECK(warnings[0].message ==
          "`allow` is ignored: the backend's flatmap_filter takes its place, and clients get what "
          "it is to keep back");
    CHECK(warnings[1].pointer == "/endpoints/0/backend/0/mapping");
}

TEST_CASE("flatmap: deny is told of too, and an empty filter changes nothing") {
    CHECK(filtered("", R"({"deny":["a"],)" + kFilter + "}").warnings.size() == 1);
    const auto [plan, warnings] =
        filtered("", R"({"deny":["a"],"extra_config":{"proxy":{"flatmap_filter":[]}}})");
    CHECK(warnings.empty());
    CHECK(plan->endpoints[0].backends[0].shape.deny.branches.size() == 1);
}

TEST_CASE("flatmap: a no-op backend has none, and nothing is told where none of it goes out") {
    const auto [plan, warnings] = filtered(R"("output_encoding":"json",)",
                                           R"({"encoding":"no-op","allow":["a"],)" + kFilter + "}");
    CHECK(warnings.empty());
    CHECK(plan->endpoints[0].backends[0].shape.flatmap.empty());
}

TEST_CASE("flatmap: an endpoint has its own when two regular backends are merged") {
    const auto [plan, warnings] = filtered(kFilter + ",", R"({"group":"x"},{"group":"y"})");
    CHECK(plan->endpoints[0].flatmap.size() == 2);
    CHECK(warnings.empty());
}

TEST_CASE("flatmap: an endpoint's own is ignored with one regular backend, and that is told") {
    const std::string shadow = R"({"extra_config":{"proxy":{"shadow":true}}})";
    for (const std::string& backends : {std::string("{}"), "{}," + shadow}) {
        const auto [plan, warnings] = filtered(kFilter + ",", backends);
        CHECK(plan->endpoints[0].flatmap.empty());
        REQUIRE(warnings.size() == 1);
        CHECK(warnings[0].severity == reading::Severity::Warning);
        CHECK(warnings[0].rule == "filter-ignored");
        CHECK(warnings[0].message.find("has one") != std::string::npos);
    }
}

}  // namespace aggregator::plan::tests
