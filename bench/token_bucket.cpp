#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include <aggregator/token_bucket/bucket.hpp>
#include <aggregator/token_bucket/client_table.hpp>

namespace aggregator::bench {
namespace {

using token_bucket::Bucket;
using token_bucket::ClientTable;
using token_bucket::Rate;

constexpr Rate kRate{std::chrono::milliseconds(1), 1000};
constexpr std::uint32_t kClientsMax = 1U << 20U;

std::vector<std::string> names(std::size_t count) {
    std::vector<std::string> made;
    for (std::size_t i = 0; i < count; ++i) {
        made.push_back("customer-" + std::to_string(i * 7919 % count));
    }
    return made;
}

void one_bucket(benchmark::State& state) {
    Bucket bucket(kRate);
    base::Time now{std::chrono::hours(1)};
    for (auto _ : state) {
        now += std::chrono::milliseconds(1);
        benchmark::DoNotOptimize(bucket.take(now));
    }
}
BENCHMARK(one_bucket)->Name("token_bucket: one for all");

/// So many clients, each in its turn.
void clients(benchmark::State& state) {
    ClientTable table(kRate, kClientsMax);
    const std::vector<std::string> all = names(static_cast<std::size_t>(state.range(0)));
    base::Time now{std::chrono::hours(1)};
    for (const std::string& name : all) {
        benchmark::DoNotOptimize(table.take(name, now));
    }
    std::size_t i = 0;
    for (auto _ : state) {
        now += std::chrono::microseconds(1);
        benchmark::DoNotOptimize(table.take(all[i], now));
        i = i + 1 == all.size() ? 0 : i + 1;
    }
    state.counters["MiB"] = static_cast<double>(table.bytes()) / (1 << 20U);
    state.counters["evictions"] = static_cast<double>(table.evictions());
}
BENCHMARK(clients)->Name("token_bucket: clients")->Arg(1)->Arg(1000)->Arg(100'000)->Arg(1'000'000);

}  // namespace
}  // namespace aggregator::bench
