#include "components/retry/settings.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/typing.hpp>
#include <aggregator/reading/values.hpp>

namespace aggregator::components {

namespace {

using reading::Value;

constexpr std::uint32_t kPercentMax = 100;
constexpr std::uint32_t kPerSecondMax = 10'000;
constexpr int kStatusMin = 100;
constexpr int kStatusMax = 599;

constexpr std::string_view kConnect = "connect";
constexpr std::string_view kReset = "reset";
constexpr std::string_view kTimeout = "timeout";

constexpr std::string_view kMethods[] = {"GET",    "HEAD", "OPTIONS", "PUT",
                                         "DELETE", "POST", "PATCH"};

bool is_unsafe(std::string_view method) { return method == "POST" || method == "PATCH"; }

template <auto Member, std::uint32_t Low, std::uint32_t High>
void read_number(const Value& value, RetrySettings& retry) {
    std::uint32_t number = retry.*Member;
    reading::strict::read(value, number);
    if (reading::in_range(value, number, Low, High)) {
        retry.*Member = number;
    }
}

/// A list with something in it.
bool expect_list(const Value& value) {
    if (!reading::strict::expect(value, json::Kind::Array, "a list")) {
        return false;
    }
    if (value.node.elements.empty()) {
        value.error("bad-value", value.label() + "an empty list: nothing would be tried again",
                    "remove the key for its default, or remove `backend/retry`");
        return false;
    }
    return true;
}

std::optional<int> status_of(const Value& value) {
    const std::string_view text = value.node.text;
    int status = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && status >= kStatusMin && status <= kStatusMax ? std::optional(status)
                                                                 : std::nullopt;
}

void read_reason(const Value& value, RetrySettings& retry) {
    const std::string_view text = value.node.text;
    const bool is_text = value.node.kind == json::Kind::String;
    if (is_text && text == kConnect) {
        retry.on_connect = true;
    } else if (is_text && text == kReset) {
        retry.on_reset = true;
    } else if (is_text && text == kTimeout) {
        retry.on_timeout = true;
    } else if (!is_text && value.node.kind != json::Kind::Number) {
        value.wrong_type("a text");
    } else if (const auto status = status_of(value)) {
        retry.on_statuses.push_back(*status);
    } else {
        value.error("bad-value",
                    "`on`: expected `connect`, `reset`, `timeout` or a status from 100 to 599, "
                    "found " +
                        reading::described(value.node),
                    R"(for instance "on": ["connect", "reset", "503"])");
    }
}

void read_on(const Value& value, RetrySettings& retry) {
    if (!expect_list(value)) {
        return;
    }
    retry.on_connect = false;
    retry.on_reset = false;
    retry.on_timeout = false;
    retry.on_statuses.clear();
    for (std::uint32_t i = 0; i < value.node.elements.size(); ++i) {
        read_reason(value.element(value.node.elements.at(i)), retry);
    }
}

void read_methods(const Value& value, RetrySettings& retry) {
    if (!expect_list(value)) {
        return;
    }
    retry.methods.clear();
    for (std::uint32_t i = 0; i < value.node.elements.size(); ++i) {
        const Value element = value.element(value.node.elements.at(i));
        if (!reading::strict::expect(element, json::Kind::String, "a text")) {
            continue;
        }
        if (std::ranges::find(kMethods, std::string_view(element.node.text)) ==
            std::end(kMethods)) {
            reading::strict::tell_unknown_word(element, kMethods);
            continue;
        }
        retry.methods.emplace_back(element.node.text);
    }
}

void read_backoff(const Value& value, RetrySettings& retry) {
    std::chrono::nanoseconds backoff = retry.backoff;
    reading::strict::read(value, backoff);
    if (backoff < std::chrono::nanoseconds::zero()) {
        return value.error("out-of-range", value.label() + "expected a duration of at least 0s");
    }
    retry.backoff = backoff;
}

constexpr reading::Field<RetrySettings> kFields[] = {
    {"attempts", read_number<&RetrySettings::attempts, 1, RetrySettings::kAttemptsMax>},
    {"on", read_on},
    {"methods", read_methods},
    {"unsafe", reading::strict::set<&RetrySettings::unsafe>},
    {"try_timeout", reading::strict::set_positive<&RetrySettings::try_timeout>},
    {"backoff", read_backoff},
    {"budget", read_number<&RetrySettings::budget, 0, kPercentMax>},
    {"budget_min", read_number<&RetrySettings::budget_min, 0, kPerSecondMax>},
};

/// Calls that change something are not made twice unless that is said.
void check_methods(const Value& value, const RetrySettings& retry) {
    const auto unsafe = std::ranges::find_if(retry.methods, is_unsafe);
    if (unsafe == retry.methods.end() || retry.unsafe || retry.attempts < 2) {
        return;
    }
    reading::member_of(value, "methods")
        .value_or(value)
        .error("bad-value",
               "`methods`: " + *unsafe + " is not idempotent: what it does would be done twice",
               "remove it, or write \"unsafe\": true if the backend bears that");
}

}  // namespace

bool RetrySettings::repeats(std::string_view method) const {
    return std::ranges::find(methods, method) != methods.end();
}

std::shared_ptr<const reading::Settings> read_retry(const Value& value) {
    auto retry = std::make_shared<RetrySettings>();
    reading::read_fields(
        value, {.what = "`backend/retry`", .keys = reading::Keys::Exact, .fields = kFields},
        *retry);
    check_methods(value, *retry);
    return retry;
}

}  // namespace aggregator::components
