#include <benchmark/benchmark.h>

#include <chrono>
#include <memory>
#include <vector>

#include "support/fake_loop.hpp"

namespace aggregator::bench {
namespace {

using std::chrono::milliseconds;

/// The deadline of a request that is answered in time, while those of others run.
void start_and_stop(benchmark::State& state) {
    testing::FakeLoop loop;
    std::vector<std::unique_ptr<base::Timer>> others;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        others.push_back(std::make_unique<base::Timer>(loop, [] {}));
        others.back()->start(milliseconds(1000 + i));
    }
    base::Timer timer(loop, [] {});
    for (auto _ : state) {
        timer.start(milliseconds(3000));
        timer.stop();
        benchmark::DoNotOptimize(loop.timers().size());
    }
}

BENCHMARK(start_and_stop)
    ->Name("timer: start and stop beside others:")
    ->Arg(0)
    ->Arg(256)
    ->Arg(10'000);

}  // namespace
}  // namespace aggregator::bench
