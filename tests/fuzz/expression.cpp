// Expressions and conditions of shadows: whatever is written and whatever a request has, nothing
// crashes, and no value can end a header. Input: the expression or pattern, a newline, the value of
// header X-A, a newline, the value of the parameter {a} and of the whole query.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/plan/shadow.hpp>

namespace {

using namespace aggregator;
using plan::Expression;
using Condition = config::ShadowConditionConfig;

const std::vector<std::string> kParams = {"a", "b"};

void expect(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// A request with the same two values in many places.
struct Asked {
    Asked(std::string_view one, std::string_view other)
        : target("/p?" + std::string(other)),
          fields{http::Field{"X-A", one}, http::Field{"Cookie", other}},
          params{other, one} {
        request.method = "GET";
        request.target = target;
        request.host = one;
        request.headers = fields;
        request.params = params;
        request.client = "::1";
    }
    std::string target;
    std::array<http::Field, 2> fields;
    std::array<std::string_view, 2> params;
    http::Request request;
};

bool is_control(char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7F'; }

void check_expression(std::string_view text, const http::Request& request) {
    std::vector<Expression::Fault> faults;
    const Expression expression = Expression::compile(text, kParams, faults);
    std::string out = "begin";
    expression.render({.request = request,
                       .request_id = "id",
                       .endpoint = "/p/{a}",
                       .shadow = "v2",
                       .client = "::1"},
                      out);
    expect(out.starts_with("begin"));
    expect(std::none_of(out.begin(), out.end(), is_control));
    for (const Expression::Fault& fault : faults) {
        expect(!fault.message.empty());
    }
    if (faults.empty() && text.find('{') == std::string_view::npos) {
        expect(out.substr(5) == text);
    }
}

void check_condition(Condition condition, const http::Request& request) {
    const auto compiled = plan::Condition::compile(condition, kParams);
    if (!compiled) {
        expect(condition.test == Condition::Test::Matches ||
               condition.subject == Condition::Subject::Param);
        expect(!compiled.error().detail.empty());
        return;
    }
    const bool holds = compiled->holds(request);
    if (condition.test == Condition::Test::Present) {
        condition.test = Condition::Test::Absent;
        expect(holds != plan::Condition::compile(condition, kParams)->holds(request));
    }
}

void check_sample(std::string_view name, const http::Request& request) {
    using By = config::ShadowSampleConfig::By;
    config::ShadowSampleConfig sample;
    sample.by_name = name;
    std::string scratch;
    for (const By by : {By::Header, By::Cookie, By::Query, By::Param}) {
        sample.by = by;
        const auto value = plan::sticky_value(sample, 0, request, scratch);
        expect(!value || !value->empty());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t first = std::min(input.find('\n'), input.size());
    const std::string_view text = input.substr(0, first);
    const std::string_view rest = input.substr(std::min(first + 1, input.size()));
    const std::size_t second = std::min(rest.find('\n'), rest.size());
    const Asked asked(rest.substr(0, second), rest.substr(std::min(second + 1, rest.size())));
    check_expression(text, asked.request);
    using Subject = Condition::Subject;
    using Test = Condition::Test;
    for (const Subject subject :
         {Subject::Header, Subject::Query, Subject::Param, Subject::Cookie}) {
        for (const Test test : {Test::Equals, Test::Prefix, Test::Matches, Test::Present}) {
            for (const std::string_view name : {std::string_view("a"), text}) {
                check_condition({.subject = subject,
                                 .name = std::string(name),
                                 .test = test,
                                 .value = std::string(text)},
                                asked.request);
            }
        }
    }
    check_sample(text, asked.request);
    return 0;
}
