// Templates: whatever the pattern and the values, a valid target comes out, and every value stays
// in its place. Input: the pattern, a newline, the value of {a}, a newline, the value of {b}.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/plan/path.hpp>
#include <aggregator/plan/template.hpp>

namespace {

using aggregator::plan::Template;

using Values = std::array<std::string_view, 2>;

const std::array<std::string, 2> kNames = {"a", "b"};

void expect(bool holds) {
    if (!holds) {
        std::abort();
    }
}

std::string render(std::string_view pattern, const Values& values) {
    std::vector<Template::Unknown> unknown;
    std::string target;
    Template::compile(pattern, kNames, unknown).render(values, target);
    return target;
}

void expect_valid(const std::string& target) {
    expect(target.starts_with('/'));
    expect(std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < '\x7f'; }));
    expect(target.find_first_of("#\"<>\\^`{|}") == std::string::npos);
    std::string scratch;
    expect(aggregator::plan::decode_path(target, scratch).has_value());
}

/// The parts of a target between its slashes and question marks.
std::size_t parts(const std::string& target) {
    return static_cast<std::size_t>(
        std::count_if(target.begin(), target.end(), [](char c) { return c == '/' || c == '?'; }));
}

void expect_round_trip(const std::string& target, std::string_view begin, std::string_view value) {
    expect(target.starts_with(begin));
    std::string scratch;
    expect(aggregator::plan::decode_path(std::string_view(target).substr(begin.size()), scratch) ==
           value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t first = std::min(text.find('\n'), text.size());
    const std::size_t second = std::min(text.find('\n', first + 1), text.size());
    const std::string_view pattern = text.substr(0, first);
    const std::string_view rest = text.substr(std::min(first + 1, text.size()));
    const Values values = {rest.substr(0, rest.find('\n')),
                           text.substr(std::min(second + 1, text.size()))};

    const std::string target = render(pattern, values);
    expect_valid(target);
    expect(parts(target) == parts(render(pattern, {"x", "x"})));
    for (const std::string_view begin : {"/", "/p/", "/?q=", "/p?"}) {
        expect_round_trip(render(std::string(begin) + "{a}", values), begin, values[0]);
        expect_round_trip(render(std::string(begin) + "{b}", values), begin, values[1]);
    }
    return 0;
}
