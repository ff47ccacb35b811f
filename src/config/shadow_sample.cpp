#include "config/shadow.hpp"

#include <algorithm>

#include <aggregator/base/text.hpp>

#include <aggregator/reading/grammar.hpp>
#include "config/key_tables.hpp"
#include "config/reading.hpp"

namespace aggregator::config {

namespace {

using By = ShadowSampleConfig::By;
using Condition = ShadowConditionConfig;

constexpr double kRateMax = 1e9;

constexpr strict::Word<By> kSources[] = {
    {"header", By::Header}, {"cookie", By::Cookie}, {"query", By::Query}, {"param", By::Param}};

void read_percentage(const Value& value, ShadowDraft& shadow) {
    shadow.sample.percentage = strict::real(value, 0, 100).value_or(shadow.sample.percentage);
}

void tell_by(const Value& value) {
    std::vector<std::string_view> words = {"random", "ip"};
    for (const auto& one : kSources) {
        words.push_back(one.word);
    }
    const std::string_view text = value.node.text;
    const auto guess = base::closest(text.substr(0, text.find(':')), words);
    value.error("bad-value",
                "`by`: expected \"random\", \"ip\", \"header:NAME\", \"cookie:NAME\", "
                "\"query:NAME\" or \"param:NAME\", found " +
                    described(value.node),
                guess ? "did you mean " + quoted(*guess) + "?" : std::string());
}

void read_by(const Value& value, ShadowDraft& shadow) {
    if (!strict::expect(value, json::Kind::String, "a text")) {
        return;
    }
    const std::string_view text = value.node.text;
    if (text == "random" || text == "ip") {
        shadow.sample.by = text == "ip" ? By::Ip : By::Random;
        shadow.sample.by_name.clear();
        return;
    }
    const std::size_t colon = text.find(':');
    const auto* const source =
        std::find_if(std::begin(kSources), std::end(kSources),
                     [&](const auto& one) { return one.word == text.substr(0, colon); });
    const std::string_view name = colon == std::string_view::npos ? "" : text.substr(colon + 1);
    const bool valid = source != std::end(kSources) && !name.empty() &&
                       (source->meaning != By::Header || reading::is_token(name));
    if (!valid) {
        tell_by(value);
        return;
    }
    shadow.sample.by = source->meaning;
    shadow.sample.by_name = name;
}

void read_salt(const Value& value, ShadowDraft& shadow) {
    std::string salt;
    strict::read(value, salt);
    shadow.sample.salt = salt.empty() ? std::nullopt : std::optional(std::move(salt));
}

void add_method(const Value& value, std::vector<std::string>& methods) {
    const std::string& text = value.node.text;
    if (value.node.kind != json::Kind::String || !reading::is_token(text)) {
        value.wrong_type("the name of a method");
        return;
    }
    const auto add = [&methods](std::string method) {
        if (std::find(methods.begin(), methods.end(), method) == methods.end()) {
            methods.push_back(std::move(method));
        }
    };
    if (text == "safe") {
        for (const char* method : {"GET", "HEAD", "OPTIONS"}) {
            add(method);
        }
        return;
    }
    add(reading::upper_case(text));
}

void read_methods(const Value& value, ShadowDraft& shadow) {
    std::vector<std::string> methods;
    if (value.node.kind == json::Kind::String && value.node.text == "safe") {
        add_method(value, methods);
    } else if (strict::expect(value, json::Kind::Array, "\"safe\" or a list of methods")) {
        for (const std::uint32_t element : value.node.elements) {
            add_method(value.element(element), methods);
        }
    }
    shadow.sample.methods = std::move(methods);
}

/// What is read of a condition besides the model.
struct ConditionDraft : Condition {
    int subjects = 0;
    int tests = 0;
};

template <Condition::Subject Of>
void read_subject(const Value& value, ConditionDraft& condition) {
    ++condition.subjects;
    condition.subject = Of;
    strict::read(value, condition.name);
    const bool valid = Of == Condition::Subject::Header ? reading::is_token(condition.name)
                                                        : !condition.name.empty();
    if (value.node.kind == json::Kind::String && !valid) {
        value.error("bad-value", value.label() + "expected a name, found " + described(value.node));
    }
}

template <Condition::Test By>
void read_test(const Value& value, ConditionDraft& condition) {
    ++condition.tests;
    condition.test = By;
    strict::read(value, condition.value);
}

void read_present(const Value& value, ConditionDraft& condition) {
    ++condition.tests;
    bool present = true;
    strict::read(value, present);
    condition.test = present ? Condition::Test::Present : Condition::Test::Absent;
}

constexpr Field<ConditionDraft> kConditionFields[] = {
    {"header", read_subject<Condition::Subject::Header>},
    {"query", read_subject<Condition::Subject::Query>},
    {"param", read_subject<Condition::Subject::Param>},
    {"cookie", read_subject<Condition::Subject::Cookie>},
    {"equals", read_test<Condition::Test::Equals>},
    {"prefix", read_test<Condition::Test::Prefix>},
    {"matches", read_test<Condition::Test::Matches>},
    {"present", read_present},
};

void read_condition(const Value& value, ShadowDraft& shadow) {
    ConditionDraft condition;
    read_fields(value,
                {.what = "a condition of `when`", .keys = Keys::Exact, .fields = kConditionFields},
                condition);
    if (value.node.kind == json::Kind::Object &&
        (condition.subjects != 1 || condition.tests != 1)) {
        value.error("bad-value",
                    "a condition has one of `header`, `query`, `param` and `cookie`, and one of "
                    "`equals`, `prefix`, `matches` and `present`",
                    "write several conditions if all are to hold");
    }
    shadow.sample.when.push_back(std::move(condition));
    shadow.places.when.push_back(value.source());
}

void read_when(const Value& value, ShadowDraft& shadow) {
    if (!strict::expect(value, json::Kind::Array, "a list of conditions")) {
        return;
    }
    shadow.sample.when.clear();
    shadow.places.when.clear();
    for (const std::uint32_t element : value.node.elements) {
        read_condition(value.element(element), shadow);
    }
}

void read_max_rate(const Value& value, ShadowDraft& shadow) {
    shadow.sample.max_rate = strict::real(value, 0, kRateMax).value_or(shadow.sample.max_rate);
}

void read_burst(const Value& value, ShadowDraft& shadow) {
    shadow.sample.burst = strict::real(value, 0, kRateMax).value_or(shadow.sample.burst);
}

constexpr Field<ShadowDraft> kSampleFields[] = {
    {"percentage", read_percentage}, {"by", read_by},     {"salt", read_salt},
    {"methods", read_methods},       {"when", read_when}, {"max_rate", read_max_rate},
    {"burst", read_burst},
};

}  // namespace

void read_shadow_sample(const Value& value, ShadowDraft& shadow) {
    read_fields(value, {.what = "`sample`", .keys = Keys::Exact, .fields = kSampleFields}, shadow);
    if (member_of(value, "by")) {
        shadow.places.by = value.source();
    }
}

void add_shadow_sample_keys(KeyTables& all) {
    add_keys(all, "shadow.sample", kSampleFields);
    add_keys(all, "shadow.condition", kConditionFields);
}

}  // namespace aggregator::config
