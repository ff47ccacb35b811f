#include "components/circuit_breaker/settings.hpp"

#include <chrono>
#include <cstdint>

#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/typing.hpp>
#include <aggregator/reading/values.hpp>

namespace aggregator::components {

namespace {

using reading::Value;

constexpr std::uint32_t kSecondsMax = 86'400 * 365;
constexpr std::uint32_t kErrorsMax = 10'000;

std::uint32_t read_number(const Value& value, std::uint32_t high) {
    std::uint32_t number = 0;
    reading::strict::read(value, number);
    return reading::in_range(value, number, 0, high) ? number : 0;
}

void read_interval(const Value& value, BreakerSettings& breaker) {
    breaker.rules.interval = std::chrono::seconds(read_number(value, kSecondsMax));
}

/// 0 is the default.
void read_timeout(const Value& value, BreakerSettings& breaker) {
    if (const std::uint32_t seconds = read_number(value, kSecondsMax); seconds > 0) {
        breaker.rules.open_for = std::chrono::seconds(seconds);
    }
}

void read_errors(const Value& value, BreakerSettings& breaker) {
    breaker.rules.max_errors = read_number(value, kErrorsMax);
}

void read_statuses(const Value& value, BreakerSettings& breaker) {
    if (value.node.kind == json::Kind::Array && value.node.elements.empty()) {
        return value.error("bad-value", value.label() + "expected at least one status, found none",
                           "list the statuses that are no failure, for instance [200, 404]");
    }
    reading::strict::read_statuses(value, breaker.valid_statuses);
}

constexpr reading::Field<BreakerSettings> kFields[] = {
    {"interval", read_interval},
    {"timeout", read_timeout},
    {"max_errors", read_errors},
    {"name", reading::strict::set<&BreakerSettings::name>},
    {"log_status_change", reading::strict::set<&BreakerSettings::logs_changes>},
    {"count_client_errors", reading::strict::set<&BreakerSettings::counts_client_errors>},
};

constexpr reading::Field<BreakerSettings> kHttpFields[] = {
    {"valid_status_codes", read_statuses},
};

/// A section that says nothing would protect nothing.
void check_written(const Value& value) {
    if (value.node.kind != json::Kind::Object) {
        return;
    }
    bool says = false;
    for (const char* const key : {"interval", "timeout", "max_errors"}) {
        const json::Node* const member = value.file.document.member(value.node, key);
        says = says || (member != nullptr && member->text != "0");
    }
    if (!says) {
        value.error("bad-value",
                    reading::quoted(value.key) +
                        " says neither when it opens nor for how long: expected `max_errors`, "
                        "`timeout` or `interval`",
                    "for instance { \"max_errors\": 3, \"timeout\": 10, \"interval\": 60 }");
    }
}

}  // namespace

std::shared_ptr<const reading::Settings> read_breaker(const Value& value) {
    auto breaker = std::make_shared<BreakerSettings>();
    reading::read_fields(
        value, {.what = "`qos/circuit-breaker`", .keys = reading::Keys::Exact, .fields = kFields},
        *breaker);
    check_written(value);
    return breaker;
}

std::shared_ptr<const reading::Settings> read_http_breaker(const Value& value) {
    auto breaker = std::make_shared<BreakerSettings>();
    reading::read_fields(value,
                         {.what = "`qos/circuit-breaker/http`",
                          .keys = reading::Keys::Exact,
                          .fields = kFields,
                          .more = kHttpFields},
                         *breaker);
    check_written(value);
    if (value.node.kind == json::Kind::Object &&
        value.file.document.member(value.node, "valid_status_codes") == nullptr) {
        value.error("bad-value",
                    "`qos/circuit-breaker/http`: expected `valid_status_codes`, the statuses that "
                    "are no failure",
                    "for instance \"valid_status_codes\": [200, 404]");
    }
    return breaker;
}

}  // namespace aggregator::components
