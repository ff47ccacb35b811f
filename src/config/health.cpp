#include "config/health.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include <aggregator/reading/values.hpp>
#include "config/key_tables.hpp"
#include "config/reading.hpp"

namespace aggregator::config {

namespace {

constexpr std::uint32_t kFailuresMax = 1000;
constexpr std::uint32_t kPercentMax = 100;
constexpr double kFactorMin = 1.5;
constexpr double kFactorMax = 1000;
constexpr std::uint32_t kCallsMax = 10'000;
constexpr std::uint32_t kChecksMax = 100;
constexpr std::uint32_t kPortMax = 65'535;
constexpr int kStatusMin = 100;
constexpr int kStatusMax = 599;

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

template <auto Member, std::uint32_t High, typename T>
void read_count(const Value& value, T& object) {
    std::uint32_t count = 1;
    strict::read(value, count);
    if (in_range(value, count, 1, High)) {
        object.*Member = count;
    }
}

void read_port(const Value& value, ActiveConfig& active) {
    std::uint32_t port = 0;
    strict::read(value, port);
    if (in_range(value, port, 0, kPortMax)) {
        active.port = port;
    }
}

void read_factor(const Value& value, SlowConfig& slow) {
    slow.factor = strict::real(value, kFactorMin, kFactorMax).value_or(slow.factor);
}

constexpr Field<SlowConfig> kSlowFields[] = {
    {"factor", read_factor},
    {"calls", read_count<&SlowConfig::calls, kCallsMax>},
};

void read_slow(const Value& value, HealthConfig& health) {
    if (value.node.kind == json::Kind::False) {
        return health.slow.reset();
    }
    if (strict::expect(value, json::Kind::Object, "an object or false")) {
        read_fields(value, {.what = "`slow`", .keys = Keys::Exact, .fields = kSlowFields},
                    health.slow.emplace());
    }
}

void read_path(const Value& value, ActiveConfig& active) {
    strict::read(value, active.path);
    const bool is_path =
        active.path.starts_with('/') && std::ranges::all_of(active.path, [](unsigned char c) {
            return c > ' ' && c < 0x7f && c != '#';
        });
    if (value.node.kind == json::Kind::String && !is_path) {
        value.error("bad-value", "`path`: expected a path that begins with `/`, found " +
                                     quoted(value.node.text));
    }
}

void read_method(const Value& value, ActiveConfig& active) {
    static constexpr std::string_view kMethods[] = {"GET", "HEAD", "OPTIONS", "POST"};
    if (!strict::expect(value, json::Kind::String, "a text")) {
        return;
    }
    if (std::ranges::find(kMethods, std::string_view(value.node.text)) == std::end(kMethods)) {
        return strict::tell_unknown_word(value, kMethods);
    }
    active.method = value.node.text;
}

/// `204`, or `200-399`.
std::optional<std::pair<int, int>> status_range(std::string_view text) {
    std::pair<int, int> range;
    const char* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, range.first);
    range.second = range.first;
    const char* stop = first.ptr;
    if (first.ec == std::errc() && stop != end && *stop == '-') {
        const auto second = std::from_chars(stop + 1, end, range.second);
        stop = second.ec == std::errc() ? second.ptr : nullptr;
    }
    const bool fits = first.ec == std::errc() && stop == end && range.first >= kStatusMin &&
                      range.first <= range.second && range.second <= kStatusMax;
    return fits ? std::optional(range) : std::nullopt;
}

void read_ranges(const Value& value, ActiveConfig& active) {
    if (!strict::expect(value, json::Kind::Array, "a list")) {
        return;
    }
    active.statuses.clear();
    for (std::uint32_t i = 0; i < value.node.elements.size(); ++i) {
        const Value element = value.element(value.node.elements.at(i));
        const auto kind = element.node.kind;
        const auto range = kind == json::Kind::String || kind == json::Kind::Number
                               ? status_range(element.node.text)
                               : std::nullopt;
        if (!range) {
            element.error("bad-value",
                          "`statuses`: expected a status or a range of them, found " +
                              described(element.node),
                          R"(for instance "statuses": ["200-299", "404"])");
            continue;
        }
        active.statuses.push_back(*range);
    }
    if (value.node.elements.empty()) {
        value.error("bad-value", "`statuses`: an empty list: no check would be good");
    }
}

void read_headers(const Value& value, ActiveConfig& active) {
    if (!strict::expect(value, json::Kind::Object, "an object of texts")) {
        return;
    }
    for (const json::Node::Entry& entry : value.node.members) {
        const Value member = value.member(entry);
        if (const auto fault = strict::header_name_fault(entry.key)) {
            member.error("bad-value", fault->message, fault->hint);
            continue;
        }
        std::string text;
        strict::read(member, text);
        active.headers.emplace_back(entry.key, std::move(text));
    }
}

constexpr Field<ActiveConfig> kActiveFields[] = {
    {"path", read_path},
    {"method", read_method},
    {"interval", strict::set_positive<&ActiveConfig::interval>},
    {"timeout", strict::set_positive<&ActiveConfig::timeout>},
    {"healthy", read_count<&ActiveConfig::healthy, kChecksMax>},
    {"unhealthy", read_count<&ActiveConfig::unhealthy, kChecksMax>},
    {"statuses", read_ranges},
    {"host", strict::set<&ActiveConfig::host>},
    {"port", read_port},
    {"headers", read_headers},
};

void read_active(const Value& value, HealthConfig& health) {
    if (value.node.kind == json::Kind::False) {
        health.checks = false;
        return;
    }
    if (!strict::expect(value, json::Kind::Object, "an object or false")) {
        return;
    }
    health.checks = true;
    read_fields(value, {.what = "`active`", .keys = Keys::Exact, .fields = kActiveFields},
                health.active.emplace());
    if (!reading::member_of(value, "path")) {
        value.error("bad-value", "`active`: expected `path`, which the hosts are asked for",
                    R"(for instance "active": { "path": "/healthz" })");
    }
}

constexpr Field<HealthConfig> kPassiveFields[] = {
    {"failures", read_failures},
    {"statuses", read_statuses},
    {"eject", read_time<&HealthConfig::eject>},
    {"eject_max", read_time<&HealthConfig::eject_max>},
    {"max_ejected", read_max_ejected},
    {"slow", read_slow},
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
    {"active", read_active},
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
        if (value.node.kind == json::Kind::False) {
            health.checks = false;
        }
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
    fill(health.slow, service.slow);
    fill(health.checks, service.checks);
    fill(health.active, service.active);
    return health;
}

void add_health_keys(KeyTables& all) {
    add_keys(all, "health", kHealthFields);
    add_keys(all, "health.passive", kPassiveFields);
    add_keys(all, "health.passive.slow", kSlowFields);
    add_keys(all, "health.active", kActiveFields);
}

}  // namespace aggregator::config
