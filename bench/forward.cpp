#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include <aggregator/plan/forward.hpp>

#include "samples.hpp"

namespace aggregator::bench {
namespace {

const std::vector<http::Field> kPlain = {{"Host", "127.0.0.1:8080"}};
const std::vector<http::Field> kThree = {
    {"Host", "shop.example.com"},
    {"Accept", "application/json"},
    {"Accept-Language", "en-GB,en;q=0.7"},
    {"Authorization", "Bearer 0a1b2c3d4e5f60718293a4b5c6d7e8f9"},
    {"X-Request-Id", "6f1c2a52-8d5e-4f7e"}};

std::string configuration(const std::string& headers) {
    return R"({"version":3,"endpoints":[{"endpoint":"/users/{id}","input_headers":[)" + headers +
           R"(],"backend":[{"host":["http://127.0.0.1:8001"],"url_pattern":"/v1/users/{id}"}]}]})";
}

void forward(benchmark::State& state, const std::string& headers,
             const std::vector<http::Field>& fields) {
    const auto plan = plan_of(configuration(headers));
    const std::vector<std::string_view> params = {"4711"};
    http::Request request;
    request.method = "GET";
    request.target = "/users/4711";
    request.host = fields.front().value;
    request.headers = fields;
    request.params = params;
    request.client = "192.0.2.7";
    plan::Outgoing outgoing;
    for (auto _ : state) {
        const plan::ClientFacts origin = plan::client_facts_of(*plan, request);
        plan::forward(plan->endpoints[0].backends[0], request, origin, outgoing);
        benchmark::DoNotOptimize(outgoing.request);
    }
}

BENCHMARK_CAPTURE(forward, none, "", kPlain)->Name("forward: a GET without filters");
BENCHMARK_CAPTURE(forward, three, R"("Accept-Language","Authorization","X-Request-Id")", kThree)
    ->Name("forward: a GET with three headers that pass");

}  // namespace
}  // namespace aggregator::bench
