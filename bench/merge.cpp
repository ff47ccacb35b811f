#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <vector>

#include "engine/decode.hpp"
#include "engine/merge.hpp"
#include "engine/shape.hpp"
#include "samples.hpp"
#include "support/plenty.hpp"

namespace aggregator::bench {
namespace {

using engine::Part;

/// An endpoint with three backends; each placeholder is a backend's own keys.
std::string configuration(const std::string& one, const std::string& two,
                          const std::string& three) {
    const std::string host = R"({"host":["http://127.0.0.1:8001"],"url_pattern":"/v1")";
    return R"({"version":3,"endpoints":[{"endpoint":"/three","backend":[)" + host + one + "}," +
           host + two + "}," + host + three + "}]}]}";
}

const std::string kPlain = configuration("", "", "");
const std::string kShaped = configuration(R"(,"allow":["id","name","address.city"],"group":"user")",
                                          R"(,"deny":["currency","pages"],"group":"orders")",
                                          R"(,"target":"meta","mapping":{"ab":"experiment"})");

/// From the bytes of the three answers to the bytes of the reply.
void answer(benchmark::State& state, const std::string& text) {
    const auto plan = plan_of(text);
    const plan::Endpoint& endpoint = plan->endpoints[0];
    testing::Plenty plenty;
    engine::Shaper shaper;
    std::vector<Part> parts(kBodies.size());
    engine::Members merged;
    std::string body;
    for (auto _ : state) {
        plenty.arena.clear();
        body.clear();
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const plan::Backend& backend = endpoint.backends[i];
            if (!engine::decode(backend, kBodies[i], parts[i], plenty.resources)) {
                return state.SkipWithError("a body was refused");
            }
            shaper.reshape(backend.shape, parts[i], plenty.resources);
        }
        engine::merge(parts, merged);
        engine::render(endpoint.output, merged, body);
        benchmark::DoNotOptimize(body.data());
    }
    state.SetLabel(std::to_string(body.size()) + " bytes");
}

void merge(benchmark::State& state) {
    std::vector<Part> parts(kBodies.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!json::scan(kBodies[i], parts[i].members)) {
            return state.SkipWithError("a body was refused");
        }
    }
    engine::Members merged;
    std::string body;
    for (auto _ : state) {
        body.clear();
        engine::merge(parts, merged);
        engine::render(plan::Output::Json, merged, body);
        benchmark::DoNotOptimize(body.data());
    }
}

BENCHMARK(merge)->Name("merge: three scanned bodies");
BENCHMARK_CAPTURE(answer, plain, kPlain)->Name("merge: three bodies, scan included");
BENCHMARK_CAPTURE(answer, shaped, kShaped)
    ->Name("merge: three bodies, scan, allow, deny, mapping, target and group");

}  // namespace
}  // namespace aggregator::bench
