#include <benchmark/benchmark.h>

#include <string>

#include <aggregator/config/load.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::bench {
namespace {

std::string endpoint(std::int64_t number) {
    const std::string n = std::to_string(number);
    return R"({"endpoint":"/v1/users)" + n +
           R"(/{id}","input_query_strings":["page"],"backend":[)" +
           R"({"host":["http://users.internal:8001"],"url_pattern":"/users)" + n +
           R"(/{id}","allow":["id","name","address.city"],"group":"user"},)" +
           R"({"host":["http://orders.internal:8002"],"url_pattern":"/orders)" + n +
           R"(?user={id}","deny":["currency"],"mapping":{"total":"sum"}}]})";
}

std::string configuration(std::int64_t endpoints) {
    std::string text = R"({"version":3,"timeout":"3s","endpoints":[)";
    for (std::int64_t i = 0; i < endpoints; ++i) {
        text += (i == 0 ? "" : ",\n") + endpoint(i);
    }
    return text + "]}";
}

void load(benchmark::State& state) {
    const std::string text = configuration(state.range(0));
    for (auto _ : state) {
        config::Loaded loaded = config::load_text(text, "bench.json");
        const auto plan = plan::compile(loaded, loaded.diagnostics);
        if (plan == nullptr) {
            return state.SkipWithError("the configuration was refused");
        }
        benchmark::DoNotOptimize(plan.get());
    }
    state.SetLabel(std::to_string(text.size()) + " bytes");
}

BENCHMARK(load)
    ->Name("load: endpoints with two backends:")
    ->Arg(100)
    ->Arg(10'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace aggregator::bench
