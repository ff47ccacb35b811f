#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include <aggregator/http/serializer.hpp>

namespace aggregator::bench {
namespace {

using Kind = http::Framing::Kind;

void reply_head(benchmark::State& state) {
    const std::vector<http::Field> fields = {{"X-Aggregator", "0.1.0"},
                                             {"X-Aggregator-Completed", "true"},
                                             {"Content-Type", "application/json; charset=utf-8"}};
    const http::ReplyHead head{.status = 200,
                               .fields = fields,
                               .framing = {Kind::Length, 442},
                               .date = "Thu, 01 Jan 2026 12:00:00 GMT"};
    std::string out;
    for (auto _ : state) {
        out.clear();
        http::append_reply_head(out, head);
        benchmark::DoNotOptimize(out.data());
    }
}

void request_head(benchmark::State& state) {
    const std::vector<http::Field> fields = {{"Accept-Encoding", "gzip"},
                                             {"X-Forwarded-For", "192.0.2.7"},
                                             {"X-Forwarded-Host", "shop.example.com"},
                                             {"User-Agent", "aggregator/0.1.0"}};
    http::Request request;
    request.method = "GET";
    request.target = "/v1/users/4711/orders";
    request.headers = fields;
    std::string out;
    for (auto _ : state) {
        out.clear();
        http::append_request_head(out, request, {.authority = "orders.internal:8002"}, {});
        benchmark::DoNotOptimize(out.data());
    }
}

BENCHMARK(reply_head)->Name("serialize: the head of a merged reply");
BENCHMARK(request_head)->Name("serialize: the head of a request to a backend");

}  // namespace
}  // namespace aggregator::bench
