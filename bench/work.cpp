#include <benchmark/benchmark.h>

#include <cstdint>
#include <ctime>
#include <limits>
#include <string>
#include <vector>

#include "engine/assemble.hpp"
#include "engine/cost.hpp"
#include "engine/decode.hpp"
#include "engine/merge.hpp"
#include "engine/shape.hpp"
#include "samples.hpp"
#include "support/repeated.hpp"

namespace aggregator::bench {
namespace {

using testing::numbered;
using testing::repeated;

/// The work on one answer and its reply. Prints how many nanoseconds an operation of the budget
/// takes, which is to be about one at most.
void work(benchmark::State& state, const std::string& keys, const std::string& text) {
    const auto plan = plan_of(R"({"version":3,"endpoints":[{"endpoint":"/e",)" + keys +
                              R"("url_pattern":"/e","host":["http://127.0.0.1:8001"]}]}]})");
    const plan::Endpoint& endpoint = plan->endpoints[0];
    const plan::Backend& backend = endpoint.backends[0];
    constexpr std::uint64_t kPlenty = std::numeric_limits<std::uint64_t>::max();
    engine::Shaper shaper;
    std::uint64_t operations = 0;
    const std::clock_t began = std::clock();
    for (auto _ : state) {
        engine::Arena arena;
        engine::WorkBudget budget(kPlenty);
        const engine::Resources with{arena, budget};
        std::vector<engine::Part> parts(1);
        engine::Part root;
        std::string out;
        if (!engine::decode(backend, text, parts[0], with) ||
            !shaper.reshape(backend.shape, parts[0], with) ||
            !engine::assemble({endpoint, shaper.flattener(), with}, parts,
                              {.answered = 1, .complete = true}, root)) {
            return state.SkipWithError("the body was refused");
        }
        (void)with.spend(engine::cost::rendering(endpoint.output, root.members));
        engine::render(endpoint.output, root.members, out);
        benchmark::DoNotOptimize(out.data());
        operations = kPlenty - budget.left();
    }
    const double took = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC * 1e9;
    state.counters["ns_an_operation"] =
        took / static_cast<double>(state.iterations()) / static_cast<double>(operations);
    state.counters["operations"] = static_cast<double>(operations);
}

std::string flatmap(const std::string& operation) {
    return R"("backend":[{"extra_config":{"proxy":{"flatmap_filter":[)" + operation + "]}},";
}

const bool kRegistered = [] {
    const auto add = [](const std::string& title, const std::string& keys,
                        const std::string& text) {
        benchmark::RegisterBenchmark(("work: " + title).c_str(), work, keys, text);
    };
    constexpr std::size_t kTimes = 20'000;
    const std::string plain = R"("backend":[{)";
    const std::string members = "{" + numbered("\"k", "\":1", kTimes) + "}";
    const std::string lists = R"({"a":[)" + numbered(R"({"v":{"k":)", "}}", kTimes) + "]}";
    add("JSON, orders", plain, large_body(1u << 20));
    add("JSON, numbers", plain, R"({"a":[)" + numbered("", "", kTimes) + "]}");
    add("JSON, arrays in arrays", plain, R"({"a":[)" + numbered("[[[", "]]]", kTimes) + "]}");
    add("JSON, members", plain, members);
    add("JSON, not UTF-8", plain, "{\"a\":\"" + repeated("\xff", kTimes) + "\"}");
    add("text", R"("backend":[{"encoding":"string",)", repeated("\"\n", kTimes));
    for (const char* const encoding : {"xml", "yaml"}) {
        const std::string keys = std::string(R"("output_encoding":")") + encoding + "\"," + plain;
        add(std::string(encoding) + " out, members", keys, members);
        add(std::string(encoding) + " out, lists", keys, lists);
        add(std::string(encoding) + " out, text", keys,
            "{\"a\":\"" + repeated("<\\n", kTimes) + "\"}");
    }
    const std::string xml = R"("backend":[{"encoding":"xml",)";
    add("XML in, elements", xml, "<r>" + repeated("<a/>", kTimes) + "</r>");
    add("XML in, two names", xml, "<r>" + repeated("<a>1</a><b>2</b>", kTimes) + "</r>");
    add("XML in, attributes", xml, "<r>" + repeated("<a b='1' c='2'/>", kTimes) + "</r>");
    add("XML in, references", xml, "<r>" + repeated("&amp;", kTimes) + "</r>");
    add("XML in, text", xml, "<r>" + repeated("some text of it ", kTimes) + "</r>");
    const std::string rss = R"("backend":[{"encoding":"rss",)";
    add("feed, RSS items", rss,
        "<rss><channel>" + repeated("<item><title>t</title></item>", kTimes / 4) +
            "</channel></rss>");
    add("feed, empty RSS items", rss,
        "<rss><channel>" + repeated("<item/>", kTimes / 4) + "</channel></rss>");
    add("feed, JSON items", rss,
        R"({"items":[)" + numbered(R"({"id":")", "\"}", kTimes / 4) + "]}");
    add("allow", R"("backend":[{"allow":["k1","k2.a"],)", members);
    add("deny", R"("backend":[{"deny":["a.k1.x"],)", R"({"a":)" + members + "}");
    add("flatmap, move up", flatmap(R"({"type":"move","args":["a.*.v.k","a.*.k"]})"), lists);
    add("flatmap, move to one name", flatmap(R"({"type":"move","args":["a.*.v.k","z"]})"), lists);
    add("flatmap, move down", flatmap(R"({"type":"move","args":["a.*.v","a.*.x.y.v"]})"), lists);
    add("flatmap, append", flatmap(R"({"type":"append","args":["a.*.v.k","z"]})"),
        R"({"z":[1],)" + lists.substr(1));
    add("flatmap, delete", flatmap(R"({"type":"del","args":["a.*.v"]})"), lists);
    return true;
}();

}  // namespace
}  // namespace aggregator::bench
