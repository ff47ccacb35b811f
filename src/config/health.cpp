#include "config/health.hpp"

#include <string>
#include <utility>
#include "config/key_tables.hpp"
#include "config/reading.hpp"

namespace aggregator::config {

namespace {

constexpr std::uint32_t kFailuresMax = 1000;
constexpr std::uint32_t kPercentMax = 100;

bool is_bool(const Value& value) {
    return value.node.kind == json::Kind::True || value.node.kind == json::Kind::False;
}

/// `true` or `false` in the place of the object.
void read_switch(const Value& value, HealthConfig& health) {
    health.passive = value.node.kind == json::Kind::True;
}

void read_failures(const Value& value, HealthConfig& health) {
    std::uint32_t failures = 1;
    strict::read(value, failures);
    if (in_range(value, failures, 1, kFailuresMax)) {
        health.failures = failures;
    }
}

void read_max_ejected(const Value& value, HealthConfig& health) {
    std::uint32_t percent = 0;
    strict::read(value, percent);
    if (in_range(value, percent, 0, kPercentMax)) {
        health.max_ejected = percent;
    }
}

void read_statuses(const Value& value, HealthConfig& health) {
    strict::read_statuses(value, health.statuses.emplace());
}

template <auto Member>
void read_time(const Value& value, HealthConfig& health) {
    std::chrono::nanoseconds time = std::chrono::seconds(1);
    strict::read(value, time);
    if (time <= std::chrono::nanoseconds::zero()) {
        return value.error("out-of-range", value.label() + "expected more than nothing");
    }
    health.*Member = time;
}

/// What is not there may be written only to say that it is off.
void read_to_come(const Value& value, HealthConfig&) {
    if (value.node.kind == json::Kind::False) {
        return;
    }
    value.error("bad-value", quoted(value.key) + " of `backend/health` is not supported yet",
                "remove it: hosts are left out by the results of live requests, see `passive`");
}

constexpr Field<HealthConfig> kPassiveFields[] = {
    {"failures", read_failures},
    {"statuses", read_statuses},
    {"eject", read_time<&HealthConfig::eject>},
    {"eject_max", read_time<&HealthConfig::eject_max>},
    {"max_ejected", read_max_ejected},
    {"slow", read_to_come},
};

void read_passive(const Value& value, HealthConfig& health) {
    if (is_bool(value)) {
        return read_switch(value, health);
    }
    if (strict::expect(value, json::Kind::Object, "an object or false")) {
        health.passive = true;
        read_fields(value, {.what = "`passive`", .keys = Keys::Exact, .fields = kPassiveFields},
                    health);
    }
}

constexpr Field<HealthConfig> kHealthFields[] = {
    {"passive", read_passive},
    {"active", read_to_come},
};

template <typename T>
void fill(std::optional<T>& own, const std::optional<T>& other) {
    if (!own) {
        own = other;
    }
}

}  // namespace

void read_health(const Value& value, HealthConfig& health) {
    if (is_bool(value)) {
        return read_switch(value, health);
    }
    if (strict::expect(value, json::Kind::Object, "an object or false")) {
        read_fields(value,
                    {.what = "`backend/health`", .keys = Keys::Exact, .fields = kHealthFields},
                    health);
    }
}

HealthConfig merged(const HealthConfig& backend, const HealthConfig& service) {
    HealthConfig health = backend;
    fill(health.passive, service.passive);
    fill(health.failures, service.failures);
    fill(health.statuses, service.statuses);
    fill(health.eject, service.eject);
    fill(health.eject_max, service.eject_max);
    fill(health.max_ejected, service.max_ejected);
    return health;
}

void add_health_keys(KeyTables& all) {
    add_keys(all, "health", kHealthFields);
    add_keys(all, "health.passive", kPassiveFields);
}

}  // namespace aggregator::config
