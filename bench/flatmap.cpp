#include <benchmark/benchmark.h>

#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "engine/decode.hpp"
#include "engine/shape.hpp"
#include "samples.hpp"
#include "support/plenty.hpp"

namespace aggregator::bench {
namespace {

/// The processor time that was used, in seconds: others on the machine do not count.
double used() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// A service with one backend that has these keys.
std::string backend_with(const std::string& keys) {
    return R"({"version":3,"endpoints":[{"endpoint":"/e","backend":[{"url_pattern":"/e",)"
           R"("host":["http://127.0.0.1:8001"],)" +
           keys + "}]}]}";
}

std::string operations(const std::string& list) {
    return R"("extra_config":{"proxy":{"flatmap_filter":[)" + list + "]}}";
}

/// `bytes` of orders with a little beside them.
std::string wrapped_body(std::size_t bytes) {
    return R"({"page":1,"data":)" + large_body(bytes) +
           R"(,"extra":[{"id":-1,"paid":false}],"meta":{"took":4,"node":"n7"},"old":[1,2,3]})";
}

/// The same orders, but each a member of the root.
std::string many_members(std::size_t bytes) {
    std::string text = R"({"page":1,"data":{"total":3})";
    for (int id = 0; text.size() < bytes; ++id) {
        text +=
            R"(,"order-)" + std::to_string(id) + R"(":{"total":20.25,"note":"left at the door",)";
        text += R"("items":[{"sku":"a-100","count":3},{"sku":"b-200","count":1}],"paid":true})";
    }
    return text + R"(,"meta":{"took":4,"node":"n7"}})";
}

/// Elements that each have an address with a city.
std::string addressed_items(int count) {
    std::string text = R"({"page":1,"items":[)";
    for (int id = 0; id < count; ++id) {
        text += id == 0 ? "" : ",";
        text += R"({"id":)" + std::to_string(id) + R"(,"name":"Ada Lovelace","active":true,)";
        text += R"("address":{"street":"12 St James Sq","city":"London","zip":"SW1Y"},)";
        text += R"("score":99.5})";
    }
    return text + "]}";
}

/// The time of `rounds` bare scans, which every answer needs whatever is done with it.
double scan_bare(const std::string& text, std::int64_t rounds) {
    std::vector<json::Member> members;
    const double began = used();
    for (std::int64_t i = 0; i < rounds; ++i) {
        benchmark::DoNotOptimize(json::scan(text, members).has_value());
    }
    return used() - began;
}

/// The time of `rounds` bare passes over the same bytes.
double read_bare(const std::string& text, std::int64_t rounds) {
    const double began = used();
    for (std::int64_t i = 0; i < rounds; ++i) {
        rapidjson::BaseReaderHandler<> ignore;
        rapidjson::Reader reader;
        rapidjson::MemoryStream stream(text.data(), text.size());
        benchmark::DoNotOptimize(reader.Parse(stream, ignore).IsError());
    }
    return used() - began;
}

/// From a body's bytes to the members of its part. Prints how fast that is, measured by a bare
/// RapidJSON SAX pass (1: as fast), and how many bare scans of the same bytes take as long.
void shape(benchmark::State& state, const std::string& keys, const std::string& text) {
    const auto plan = plan_of(backend_with(keys));
    const plan::Backend& backend = plan->endpoints[0].backends[0];
    testing::Plenty plenty;
    engine::Shaper shaper;
    engine::Part part;
    const double began = used();
    for (auto _ : state) {
        plenty.arena.clear();
        if (!engine::decode(backend, text, part, plenty.resources) ||
            !shaper.reshape(backend.shape, part, plenty.resources)) {
            return state.SkipWithError("the body was refused");
        }
        benchmark::DoNotOptimize(part.members.data());
    }
    const double took = used() - began;
    state.counters["of_rapidjson"] = read_bare(text, state.iterations()) / took;
    state.counters["scans"] = took / scan_bare(text, state.iterations());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

const std::string kMoves = operations(R"({"type":"move","args":["data.orders","orders"]},)"
                                      R"({"type":"append","args":["extra","orders"]},)"
                                      R"({"type":"del","args":["data","meta","old"]})");
const std::string kMovesInside =
    operations(R"({"type":"move","args":["data.orders.*.note","data.orders.*.remark"]},)"
               R"({"type":"del","args":["data.orders.*.paid"]})");
const std::string kLift =
    operations(R"({"type":"move","args":["items.*.address.city","items.*.city"]})");
const std::string kAllow = R"("allow":["data.orders","extra"],"mapping":{"extra":"more"})";
const std::string kDeny = R"("deny":["data.total","meta","old"],"mapping":{"extra":"more"})";

const bool kRegistered = [] {
    const auto add = [](const std::string& title, const std::string& keys,
                        const std::string& text) {
        benchmark::RegisterBenchmark(("flatmap: " + title).c_str(), shape, keys, text);
    };
    const std::string small = wrapped_body(10u << 10);
    add("10 KiB, move, del and append", kMoves, small);
    add("10 KiB, move and del in each of 80 elements", kMovesInside, small);
    add("10 KiB, allow and mapping", kAllow, small);
    add("10 KiB, deny and mapping", kDeny, small);
    add("100 KiB, move out of an object in each of 800 elements", kLift, addressed_items(800));
    const std::string large = wrapped_body(1u << 20);
    const std::string wide = many_members(1u << 20);
    add("1 MiB, allow and mapping", kAllow, large);
    add("1 MiB, deny and mapping", kDeny, large);
    add("1 MiB of root members, allow and mapping", kAllow, wide);
    add("1 MiB of root members, deny and mapping", kDeny, wide);
    add("1 MiB, move and del in each of 8000 elements", kMovesInside, large);
    return true;
}();

}  // namespace
}  // namespace aggregator::bench
