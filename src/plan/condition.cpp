#include <aggregator/plan/shadow.hpp>

#include <memory>

#include <re2/re2.h>

#include "plan/facts.hpp"

namespace aggregator::plan {

namespace {

using Subject = config::ShadowConditionConfig::Subject;
using Test = config::ShadowConditionConfig::Test;

constexpr std::size_t kPatternBytesMax = 4096;
constexpr int kInstructionsMax = 20'000;
constexpr std::int64_t kMemoryMax = 4 << 20;

std::string refused(const std::string& pattern, const std::string& why) {
    return "`matches`: `" + pattern.substr(0, 60) + "` is not an expression of RE2: " + why;
}

base::Result<std::unique_ptr<const re2::RE2>> compile_pattern(const std::string& pattern) {
    if (pattern.size() > kPatternBytesMax) {
        return base::fail(base::Code::BadConfiguration,
                          refused(pattern, "it is longer than 4096 bytes"));
    }
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMemoryMax);
    auto compiled = std::make_unique<re2::RE2>(pattern, options);
    if (!compiled->ok()) {
        return base::fail(base::Code::BadConfiguration, refused(pattern, compiled->error()));
    }
    if (compiled->ProgramSize() > kInstructionsMax) {
        return base::fail(base::Code::BadConfiguration, refused(pattern, "it is too complex"));
    }
    return compiled;
}

}  // namespace

struct Condition::Compiled {
    Subject subject{};
    std::string name;
    std::size_t param = 0;
    Test test{};
    std::string value;
    std::unique_ptr<const re2::RE2> pattern;  // of Matches

    [[nodiscard]] bool accepts(std::string_view text) const {
        switch (test) {
            case Test::Equals:
                return text == value;
            case Test::Prefix:
                return text.starts_with(value);
            case Test::Matches:
                return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *pattern);
            case Test::Present:
            case Test::Absent:
                break;
        }
        return true;
    }
};

base::Result<Condition> Condition::compile(const config::ShadowConditionConfig& config,
                                           const std::vector<std::string>& params) {
    auto compiled = std::make_shared<Compiled>();
    compiled->subject = config.subject;
    compiled->name = config.name;
    compiled->test = config.test;
    compiled->value = config.value;
    if (config.subject == Subject::Param) {
        const auto param = param_named(params, config.name);
        if (!param) {
            return base::fail(base::Code::BadConfiguration,
                              "`" + config.name + "` is no parameter of the endpoint's path");
        }
        compiled->param = *param;
    }
    if (config.test == Test::Matches) {
        auto pattern = compile_pattern(config.value);
        if (!pattern) {
            return base::fail(std::move(pattern.error()));
        }
        compiled->pattern = *std::move(pattern);
    }
    Condition condition;
    condition.compiled_ = std::move(compiled);
    return condition;
}

bool Condition::holds(const http::Request& request) const {
    std::string scratch;
    const Fact fact{
        .subject = compiled_->subject, .name = compiled_->name, .param = compiled_->param};
    Facts facts(fact, request, scratch);
    while (const auto value = facts.next()) {
        if (compiled_->accepts(*value)) {
            return compiled_->test != Test::Absent;
        }
    }
    return compiled_->test == Test::Absent;
}

}  // namespace aggregator::plan
