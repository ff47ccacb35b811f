#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <aggregator/json/spans.hpp>

#include "samples.hpp"

namespace aggregator::bench {
namespace {

void count_bytes(benchmark::State& state, const std::string& text) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
    state.SetLabel(std::to_string(text.size()) + " bytes");
}

void scan(benchmark::State& state, const std::string& text) {
    std::vector<json::Member> members;
    for (auto _ : state) {
        const auto root = json::scan(text, members);
        if (!root) {
            return state.SkipWithError("the text was refused");
        }
        benchmark::DoNotOptimize(members.data());
    }
    count_bytes(state, text);
}

/// A bare pass over the same bytes: no event is used, nothing is noted.
template <unsigned kFlags>
void read_sax(benchmark::State& state, const std::string& text) {
    rapidjson::BaseReaderHandler<> ignore;
    for (auto _ : state) {
        rapidjson::Reader reader;
        rapidjson::MemoryStream stream(text.data(), text.size());
        if (!reader.Parse<kFlags>(stream, ignore)) {
            return state.SkipWithError("the text was refused");
        }
    }
    count_bytes(state, text);
}

/// All three passes over one text.
void compare(const std::string& name, const std::string& text) {
    const auto add = [](const std::string& title, auto function, const std::string& input) {
        benchmark::RegisterBenchmark(title.c_str(), function, input);
    };
    add("json_scan: " + name, scan, text);
    add("json_scan: " + name + ", bare RapidJSON SAX", read_sax<rapidjson::kParseDefaultFlags>,
        text);
    add("json_scan: " + name + ", bare RapidJSON SAX that checks UTF-8",
        read_sax<rapidjson::kParseValidateEncodingFlag>, text);
}

const bool kRegistered = [] {
    compare("user", std::string(kUser));
    compare("orders", std::string(kOrders));
    compare("recommendations", std::string(kRecommendations));
    compare("1 MiB", large_body(1u << 20));
    return true;
}();

}  // namespace
}  // namespace aggregator::bench
