#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>

#include <aggregator/format/feed.hpp>
#include <aggregator/format/xml.hpp>
#include <aggregator/format/yaml.hpp>

#include "samples.hpp"

namespace aggregator::bench {
namespace {

using Read = base::Result<std::string> (*)(std::string_view);
using Append = void (*)(std::string&, std::string_view);

void count_bytes(benchmark::State& state, const std::string& text) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
    state.SetLabel(std::to_string(text.size()) + " bytes");
}

void read(benchmark::State& state, Read function, const std::string& text) {
    for (auto _ : state) {
        const auto json = function(text);
        if (!json) {
            return state.SkipWithError("the text was refused");
        }
        benchmark::DoNotOptimize(json->data());
    }
    count_bytes(state, text);
}

void write(benchmark::State& state, Append function, const std::string& object) {
    std::string out;
    for (auto _ : state) {
        out.clear();
        function(out, object);
        benchmark::DoNotOptimize(out.data());
    }
    count_bytes(state, object);
}

std::string xml_of(const std::string& object) {
    std::string xml;
    format::append_xml(xml, object);
    return xml;
}

std::string feed_of(int items) {
    std::string feed =
        R"(<rss version="2.0"><channel><title>News</title><link>http://e.org</link>)";
    for (int i = 0; i < items; ++i) {
        const std::string number = std::to_string(i);
        feed += "<item><title>Story " + number + "</title><link>http://e.org/" + number +
                "</link><description>&lt;p&gt;What happened, and to whom.&lt;/p&gt;</description>"
                "<category>a</category><category>b</category><guid>g" +
                number + "</guid><pubDate>Sat, 07 Sep 2002 00:00:01 GMT</pubDate></item>";
    }
    return feed + "</channel></rss>";
}

void add(const std::string& name, auto function, auto what, const std::string& text) {
    benchmark::RegisterBenchmark(("format: " + name).c_str(), function, what, text);
}

const bool kRegistered = [] {
    const std::string user(kUser);
    const std::string large = large_body(1u << 20);
    add("XML in, user", read, format::json_from_xml, xml_of(user));
    add("XML in, 1 MiB", read, format::json_from_xml, xml_of(large));
    add("XML out, user", write, format::append_xml, user);
    add("XML out, 1 MiB", write, format::append_xml, large);
    add("YAML out, user", write, format::append_yaml, user);
    add("YAML out, 1 MiB", write, format::append_yaml, large);
    add("feed in, 20 items", read, format::json_from_feed, feed_of(20));
    return true;
}();

}  // namespace
}  // namespace aggregator::bench
