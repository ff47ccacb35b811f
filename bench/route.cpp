#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/plan/routes.hpp>

namespace aggregator::bench {
namespace {

using plan::ParamSyntax;
using plan::Routes;

enum class Outcome : std::uint8_t { Found, Missed };

std::string numbered(std::string_view before, std::uint32_t number, std::string_view after) {
    return std::string(before).append(std::to_string(number)).append(after);
}

std::string endpoint(std::uint32_t number) {
    switch (number % 3) {
        case 0:
            return numbered("/v1/catalog", number, "/items");
        case 1:
            return numbered("/v1/users", number, "/{id}");
        default:
            return numbered("/v1/tenants", number, "/{tenant}/shops/{shop}/shelves/{shelf}/books");
    }
}

Routes routes_of(std::uint32_t count) {
    Routes routes;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (routes.add(endpoint(i), ParamSyntax::Segment, i)) {
            std::abort();
        }
    }
    return routes;
}

/// The paths are asked for in turn; all of them must be found, or none.
void match(benchmark::State& state, const std::vector<std::string>& paths, Outcome wanted) {
    const Routes routes = routes_of(static_cast<std::uint32_t>(state.range(0)));
    std::vector<std::string_view> params;
    std::size_t next = 0;
    for (auto _ : state) {
        const auto endpoint = routes.match(paths[next], params);
        if (endpoint.has_value() != (wanted == Outcome::Found)) {
            return state.SkipWithError("a path was not routed as it should be");
        }
        benchmark::DoNotOptimize(params.data());
        next = next + 1 < paths.size() ? next + 1 : 0;
    }
}

void route_static(benchmark::State& state) { match(state, {"/v1/catalog3/items"}, Outcome::Found); }

void route_param(benchmark::State& state) { match(state, {"/v1/users4/4711"}, Outcome::Found); }

void route_deep(benchmark::State& state) {
    match(state, {"/v1/tenants5/acme/shops/12/shelves/7b/books"}, Outcome::Found);
}

void route_miss(benchmark::State& state) { match(state, {"/v1/nowhere/items"}, Outcome::Missed); }

void route_spread(benchmark::State& state) {
    const auto count = static_cast<std::uint32_t>(state.range(0));
    std::vector<std::string> paths;
    for (std::uint32_t i = 0; i < 1024; ++i) {
        paths.push_back(numbered("/v1/catalog", i * 7919 % ((count + 2) / 3) * 3, "/items"));
    }
    match(state, paths, Outcome::Found);
}

BENCHMARK(route_static)->Name("route: a static path among")->Arg(10)->Arg(100)->Arg(10'000);
BENCHMARK(route_param)->Name("route: one parameter among")->Arg(10)->Arg(100)->Arg(10'000);
BENCHMARK(route_deep)->Name("route: three parameters deep among")->Arg(10)->Arg(100)->Arg(10'000);
BENCHMARK(route_miss)->Name("route: a miss among")->Arg(10)->Arg(100)->Arg(10'000);
BENCHMARK(route_spread)->Name("route: another static path each time among")->Arg(10)->Arg(10'000);

}  // namespace
}  // namespace aggregator::bench
