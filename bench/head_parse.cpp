#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include <aggregator/http/parser.hpp>

#include "samples.hpp"

namespace aggregator::bench {
namespace {

using http::Parser;

void parse(benchmark::State& state, Parser::Role role, const std::string& message) {
    Parser parser(role, {});
    for (auto _ : state) {
        parser.reset();
        std::string_view left = message;
        while (!parser.complete()) {
            const auto step = parser.step(left);
            if (!step || step->consumed == 0) {
                return state.SkipWithError("the message was not taken");
            }
            left.remove_prefix(step->consumed);
        }
        benchmark::DoNotOptimize(parser.fields().data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(message.size()));
    state.SetLabel(std::to_string(message.size()) + " bytes");
}

BENCHMARK_CAPTURE(parse, plain, Parser::Role::Request, std::string(kPlainRequest))
    ->Name("head_parse: the request of a load generator");
BENCHMARK_CAPTURE(parse, browser, Parser::Role::Request, browser_request())
    ->Name("head_parse: the request of a browser");
BENCHMARK_CAPTURE(parse, nginx, Parser::Role::Response, nginx_response())
    ->Name("head_parse: a whole response of nginx");

}  // namespace
}  // namespace aggregator::bench
