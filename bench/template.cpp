#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include <aggregator/plan/template.hpp>

namespace aggregator::bench {
namespace {

const std::vector<std::string> kNames = {"tenant", "user", "page"};
const std::vector<std::string_view> kValues = {"acme", "4711", "2"};

void render(benchmark::State& state, std::string_view pattern) {
    std::vector<plan::Template::Unknown> unknown;
    const auto compiled = plan::Template::compile(pattern, kNames, unknown);
    if (!unknown.empty()) {
        return state.SkipWithError("the pattern names an unknown parameter");
    }
    std::string target;
    for (auto _ : state) {
        target.clear();
        compiled.render(kValues, target);
        benchmark::DoNotOptimize(target.data());
    }
}

BENCHMARK_CAPTURE(render, 0, "/v1/catalog/items")->Name("template: no parameter");
BENCHMARK_CAPTURE(render, 1, "/v1/users/{user}/orders")->Name("template: one parameter");
BENCHMARK_CAPTURE(render, 3, "/v1/{tenant}/users/{user}/orders?page={page}")
    ->Name("template: three parameters");

}  // namespace
}  // namespace aggregator::bench
