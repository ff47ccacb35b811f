#include "engine/work.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/flatmap.hpp"
#include "engine/late_value.hpp"
#include "plan/flatmap.hpp"
#include "support/gateway.hpp"
#include "support/repeated.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using testing::Gateway;
using testing::numbered;
using testing::repeated;
using testing::Reply;

namespace {

struct WorkCase {
    std::string name;
    std::string backend;
    std::string endpoint;
    std::string answer;
    std::size_t backends = 1;
};

std::string service(const WorkCase& of, const std::string& work) {
    return R"({"version":3,"host":["http://b"],"extra_config":{"router":{)" + work +
           R"(}},"endpoints":[{"endpoint":"/x",)" + of.endpoint + R"("backend":[{)" + of.backend +
           R"("url_pattern":"/a"})" + (of.backends > 1 ? R"(,{"url_pattern":"/b"})" : "") + "]}]}";
}

Reply reply_to(const WorkCase& of, const std::string& work) {
    Gateway gateway(service(of, work));
    gateway.script(0, {.body = of.answer});
    if (of.backends > 1) {
        gateway.script(1, {.body = "{}", .delay = 1ms});
    }
    return gateway.get("/x");
}

std::string flatmap(const std::string& operation) {
    return R"("extra_config":{"proxy":{"flatmap_filter":[)" + operation + "]}},";
}

std::vector<WorkCase> cases() {
    constexpr std::size_t kTimes = 500;
    const std::string wide = "{" + numbered("\"k", "\":1", kTimes) + "}";
    const std::string list = R"({"a":[)" + numbered(R"({"v":)", "}", kTimes) + "]}";
    const std::string move = R"({"type":"move","args":["a.*.v","a.*.w"]})";
    return {
        {"JSON", "", "", R"({"a":")" + std::string(50'000, 'x') + "\"}"},
        {"text", R"("encoding":"string",)", "", std::string(50'000, 'x')},
        {"XML", R"("encoding":"xml",)", "", "<r>" + repeated("<a/>", kTimes) + "</r>"},
        {"a feed", R"("encoding":"rss",)", "",
         "<rss><channel>" + repeated("<item/>", kTimes) + "</channel></rss>"},
        {"members to be renamed", R"("mapping":{"k1":"z"},)", "", wide},
        {"objects to be filtered", R"("allow":["a.k1"],)", "", R"({"a":)" + wide + "}"},
        {"a target", R"("target":"a",)", "", R"({"a":)" + wide + "}"},
        {"a flatmap", flatmap(move), "", list},
        {"a flatmap that appends", flatmap(R"({"type":"append","args":["a.*.v","z"]})"), "",
         R"({"z":[1],)" + list.substr(1)},
        {"a flatmap of the endpoint", "", flatmap(move), list, 2},
        {"members to be merged", "", "", wide},
        {"XML to be written", "", R"("output_encoding":"xml",)", list},
        {"YAML to be written", "", R"("output_encoding":"yaml",)", list},
    };
}

}  // namespace

TEST_CASE("work: a budget is spent to its last operation, and then there is none left") {
    engine::WorkBudget budget(10);
    CHECK(budget.spend(4));
    CHECK(budget.spend(6));
    CHECK_FALSE(budget.exceeded());
    CHECK_FALSE(budget.spend(1));
    CHECK(budget.exceeded());
    CHECK_FALSE(budget.spend(0));
    CHECK(budget.error().code == base::Code::AnswerTooCostly);

    engine::WorkBudget other(10);
    CHECK_FALSE(other.spend(11));
    CHECK_FALSE(other.spend(1));
}

TEST_CASE("work: an answer that takes too much of it is given up by name, whatever it is for") {
    for (const WorkCase& one : cases()) {
        CAPTURE(one.name);
        const Reply refused = reply_to(one, R"("max_answer_work":9000)");
        CHECK(refused.status == 500);
        CHECK(refused.header("X-Aggregator-Error") == "answer_too_costly");

        CHECK(reply_to(one, "").status == 200);
    }
}

TEST_CASE("work: a backend whose answer takes too much is left out, and the others are there") {
    Gateway gateway(R"({"version":3,"host":["http://b"],
        "extra_config":{"router":{"max_answer_work":1000}},"endpoints":[{"endpoint":"/x",
        "backend":[{"url_pattern":"/a","encoding":"xml"},{"url_pattern":"/b"}]}]})");
    gateway.script(0, {.body = "<r>" + repeated("<a/>", 100) + "</r>"});
    gateway.script(1, {.body = R"({"b":1})", .delay = 1ms});
    const Reply reply = gateway.get("/x");
    CHECK(reply.status == 200);
    CHECK(reply.body == R"({"b":1})");
    CHECK(reply.header("X-Aggregator-Completed") == "false");
    CHECK(reply.record.parts.at(0).failure == base::Code::AnswerTooCostly);
}

TEST_CASE("work: a value that is too much to be sent to the next backend fails that") {
    const auto reply = [](std::size_t size) {
        Gateway gateway(R"({"version":3,"host":["http://b"],
            "extra_config":{"router":{"max_answer_work":2000}},"endpoints":[{"endpoint":"/x",
            "extra_config":{"proxy":{"sequential":true}},"backend":[{"url_pattern":"/a"},
            {"url_pattern":"/b/{resp0_v}"}]}]})");
        gateway.script(0, {.body = R"({"v":")" + std::string(size, 'x') + "\"}"});
        gateway.script(1, {.body = R"({"b":1})"});
        return gateway.get("/x");
    };
    CHECK(reply(300).record.parts.at(1).failure == std::nullopt);
    CHECK(reply(500).record.parts.at(1).failure == base::Code::AnswerTooCostly);
}

TEST_CASE("work: a tree that has become too much is not gone through any further") {
    const std::string deep = std::string(5000, '[') + "1" + std::string(5000, ']');
    const std::string text = R"({"a":[)" + deep + R"(],"b":[)" + deep + "]}";
    engine::Part part;
    engine::Arena arena;
    engine::WorkBudget work(100'000);
    std::vector<json::Member> members;
    REQUIRE(json::scan(text, members));
    part.members = members;
    config::FlatmapConfig operation;
    operation.kind = config::FlatmapConfig::Kind::Move;
    operation.args = {"a." + repeated("*.", 4000) + "x", "a.y"};
    engine::Flattener flattener;
    const auto applied = flattener.apply(plan::compile_flatmap({operation}), part, {arena, work});
    REQUIRE_FALSE(applied);
    CHECK(applied.error().code == base::Code::AnswerTooCostly);
}
