#include "components/rate_limit/settings.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/typing.hpp>
#include <aggregator/reading/values.hpp>

namespace aggregator::components {

namespace {

using reading::Value;
using reading::strict::Word;

constexpr double kRateMax = 1e9;
constexpr std::uint32_t kCapacityMax = 1'000'000'000;
constexpr std::uint32_t kClientsMax = 1U << 26U;
constexpr std::uint32_t kPrefixMin = 32;
constexpr std::uint32_t kPrefixMax = 128;

/// What is written, before it is known what it means together.
struct Draft {
    std::shared_ptr<LimitSettings> limit = std::make_shared<LimitSettings>();
    double max_rate = 0;
    double client_max_rate = 0;
    std::uint32_t capacity = 0;  ///< 0: the rate's
    std::uint32_t client_capacity = 0;
    reading::Duration every = std::chrono::seconds(1);
    bool says_rate = false;
    bool sound = true;
};

template <double Draft::*Member>
void read_rate(const Value& value, Draft& draft) {
    draft.says_rate = true;
    const auto rate = reading::strict::real(value, 0, kRateMax);
    draft.sound = draft.sound && rate.has_value();
    draft.*Member = rate.value_or(0);
}

template <std::uint32_t Draft::*Member>
void read_capacity(const Value& value, Draft& draft) {
    std::uint32_t capacity = 0;
    reading::strict::read(value, capacity);
    if (value.node.kind == json::Kind::Number &&
        reading::in_range(value, capacity, 1, kCapacityMax)) {
        draft.*Member = capacity;
    }
}

constexpr Word<Strategy> kStrategies[] = {
    {"ip", Strategy::Ip},         {"header", Strategy::Header}, {"param", Strategy::Param},
    {"cookie", Strategy::Cookie}, {"query", Strategy::Query},   {"claim", Strategy::Claim},
    {"api_key", Strategy::ApiKey}};

void read_strategy(const Value& value, Draft& draft) {
    reading::strict::read_word(value, kStrategies, draft.limit->strategy);
    draft.sound = draft.sound && draft.limit->strategy != Strategy::None;
}

/// Before authentication and routing, less is known of a client.
void read_early_strategy(const Value& value, Draft& draft) {
    constexpr Word<Strategy> kEarly[] = {{"ip", Strategy::Ip},
                                         {"header", Strategy::Header},
                                         {"cookie", Strategy::Cookie},
                                         {"query", Strategy::Query}};
    reading::strict::read_word(value, kEarly, draft.limit->strategy);
    draft.sound = draft.sound && draft.limit->strategy != Strategy::None;
}

void read_key(const Value& value, Draft& draft) {
    reading::strict::read(value, draft.limit->key);
    if (value.node.kind == json::Kind::String && draft.limit->key.empty()) {
        value.error("bad-value", value.label() + "expected a name, found an empty text");
        draft.sound = false;
    }
}

void read_missing(const Value& value, Draft& draft) {
    constexpr Word<LimitSettings::Missing> kWords[] = {{"reject", LimitSettings::Missing::Reject},
                                                       {"ip", LimitSettings::Missing::Ip},
                                                       {"shared", LimitSettings::Missing::Shared}};
    reading::strict::read_word(value, kWords, draft.limit->on_missing);
}

void read_headers(const Value& value, Draft& draft) {
    constexpr Word<LimitSettings::Headers> kWords[] = {{"refused", LimitSettings::Headers::Refused},
                                                       {"always", LimitSettings::Headers::Always},
                                                       {"off", LimitSettings::Headers::Off}};
    reading::strict::read_word(value, kWords, draft.limit->headers);
}

void read_prefix(const Value& value, Draft& draft) {
    std::uint32_t bits = 0;
    reading::strict::read(value, bits);
    if (value.node.kind == json::Kind::Number &&
        reading::in_range(value, bits, kPrefixMin, kPrefixMax)) {
        draft.limit->ipv6_prefix = bits;
    }
}

void read_clients_max(const Value& value, Draft& draft) {
    std::uint32_t clients = 0;
    reading::strict::read(value, clients);
    if (value.node.kind == json::Kind::Number &&
        reading::in_range(value, clients, 1, kClientsMax)) {
        draft.limit->clients_max = clients;
    }
}

/// How another program stores its buckets.
void read_storage_number(const Value& value, Draft&) {
    std::uint32_t ignored = 0;
    reading::strict::read(value, ignored);
}

void read_storage_time(const Value& value, Draft&) {
    reading::Duration ignored{};
    reading::strict::read(value, ignored);
}

constexpr reading::Field<Draft> kCommonFields[] = {
    {"max_rate", read_rate<&Draft::max_rate>},
    {"capacity", read_capacity<&Draft::capacity>},
    {"every", reading::strict::set_positive<&Draft::every>},
};

constexpr reading::Field<Draft> kClientFields[] = {
    {"max_rate", read_rate<&Draft::max_rate>},
    {"capacity", read_capacity<&Draft::capacity>},
    {"every", reading::strict::set_positive<&Draft::every>},
    {"client_max_rate", read_rate<&Draft::client_max_rate>},
    {"client_capacity", read_capacity<&Draft::client_capacity>},
    {"key", read_key},
    {"on_missing_key", read_missing},
    {"headers", read_headers},
    {"ipv6_prefix", read_prefix},
    {"max_clients", read_clients_max},
    {"num_shards", read_storage_number},
    {"cleanup_period", read_storage_time},
    {"cleanup_threads", read_storage_number},
};

constexpr reading::Field<Draft> kStrategyField[] = {{"strategy", read_strategy}};
constexpr reading::Field<Draft> kEarlyStrategyField[] = {{"strategy", read_early_strategy}};

/// Nothing for a rate of 0, which is no limit.
std::optional<token_bucket::Rate> rate_of(const Value& value, const Draft& draft, double tokens,
                                          std::uint32_t capacity) {
    if (!(tokens > 0)) {
        return std::nullopt;
    }
    const std::uint64_t holds =
        capacity != 0 ? capacity : static_cast<std::uint64_t>(std::max(std::ceil(tokens), 1.0));
    const auto rate = token_bucket::rate_of(tokens, draft.every, holds);
    if (!rate) {
        value.error("out-of-range",
                    value.label() + "a bucket of " + std::to_string(holds) +
                        " tokens would take more than a hundred years to fill",
                    "raise the rate, or lower `capacity` or `every`");
    }
    return rate;
}

bool has_comment(const Value& value) {
    const auto& members = value.node.members;
    return std::any_of(members.begin(), members.end(),
                       [](const auto& entry) { return reading::is_comment(entry.key); });
}

bool needs_key(Strategy strategy) {
    return strategy != Strategy::None && strategy != Strategy::Ip && strategy != Strategy::ApiKey;
}

void check_draft(const Value& value, const Draft& draft) {
    const LimitSettings& limit = *draft.limit;
    if (!draft.says_rate && !has_comment(value)) {
        value.error("bad-value", value.label() + "limits nothing: it has no rate",
                    "for instance { \"max_rate\": 100 }; to switch a limit off write 0");
    }
    if (!draft.sound) {
        return;  // it was reported, and what follows from it is no other mistake
    }
    if (draft.client_max_rate > 0 && limit.strategy == Strategy::None) {
        value.error(
            "rate-limit-without-strategy",
            value.label() + "`client_max_rate` needs a `strategy`, which tells clients apart",
            "add \"strategy\": \"ip\"");
    }
    if (needs_key(limit.strategy) && limit.key.empty()) {
        value.error("bad-value",
                    value.label() + "this `strategy` needs a `key`: the name of what it looks at",
                    "for instance \"strategy\": \"header\", \"key\": \"X-User\"");
    }
}

std::shared_ptr<const LimitSettings> read_limit(const Value& value,
                                                const reading::Table<Draft>& table) {
    Draft draft;
    reading::read_fields(value, table, draft);
    if (value.node.kind != json::Kind::Object) {
        return nullptr;
    }
    check_draft(value, draft);
    draft.limit->common = rate_of(value, draft, draft.max_rate, draft.capacity);
    draft.limit->client = rate_of(value, draft, draft.client_max_rate, draft.client_capacity);
    return draft.limit;
}

bool has_component(const reading::Beside& beside, std::string_view name) {
    return std::any_of(beside.components.begin(), beside.components.end(),
                       [name](const auto& one) { return one.name == name; });
}

/// What the strategy needs and the place does not have; empty if it has it.
std::string lacking(const LimitSettings& limit, const reading::Beside& beside) {
    switch (limit.strategy) {
        case Strategy::Param:
            return limit.key.empty() || param_of(beside.path, limit.key)
                       ? std::string()
                       : "the path has no parameter {" + limit.key + "}";
        case Strategy::Claim:
            return has_component(beside, "auth/validator")
                       ? std::string()
                       : "the endpoint has no `auth/validator`, so no request has claims";
        case Strategy::ApiKey:
            return has_component(beside, "auth/api-keys")
                       ? std::string()
                       : "the endpoint has no `auth/api-keys`, so no request has a key";
        default:
            return {};
    }
}

void check_limit(const Value& value, const LimitSettings& limit, const reading::Beside& beside) {
    const std::string fault = lacking(limit, beside);
    if (!fault.empty()) {
        const bool param = limit.strategy == Strategy::Param;
        const auto at = reading::member_of(value, param ? "key" : "strategy");
        at->error("bad-value", at->label() + fault,
                  param ? "write the parameter as in the path, without braces" : "");
    }
}

}  // namespace

std::optional<std::size_t> param_of(std::string_view path, std::string_view name) {
    std::size_t place = 0;
    for (std::size_t open = path.find('{'); open != std::string_view::npos;
         open = path.find('{', open + 1)) {
        if (path.substr(open + 1, path.find('}', open) - open - 1) == name) {
            return place;
        }
        ++place;
    }
    return std::nullopt;
}

std::shared_ptr<const LimitSettings> read_limit_of_tier(const Value& value) {
    return read_limit(value, {.what = "`ratelimit` of a tier",
                              .keys = reading::Keys::Exact,
                              .fields = kClientFields,
                              .more = kStrategyField});
}

std::shared_ptr<const reading::Settings> read_router_limit(const Value& value) {
    return read_limit(value, {.what = "`qos/ratelimit/router`",
                              .keys = reading::Keys::Exact,
                              .fields = kClientFields,
                              .more = kStrategyField});
}

std::shared_ptr<const reading::Settings> read_service_limit(const Value& value) {
    return read_limit(value, {.what = "`qos/ratelimit/service`",
                              .keys = reading::Keys::Exact,
                              .fields = kClientFields,
                              .more = kEarlyStrategyField});
}

std::shared_ptr<const reading::Settings> read_proxy_limit(const Value& value) {
    auto limit = read_limit(
        value,
        {.what = "`qos/ratelimit/proxy`", .keys = reading::Keys::Exact, .fields = kCommonFields});
    const auto rate = reading::member_of(value, "max_rate");
    if (rate && rate->node.kind == json::Kind::Number && limit && !limit->common) {
        rate->error("out-of-range", rate->label() + "expected a rate above 0",
                    "remove the section if there is to be no limit");
    } else if (!rate && value.node.kind == json::Kind::Object && has_comment(value)) {
        value.error("bad-value", value.label() + "limits nothing: expected `max_rate`");
    }
    return limit;
}

void check_router_limit(const Value& value, const reading::Settings& settings,
                        const reading::Beside& beside) {
    check_limit(value, static_cast<const LimitSettings&>(settings), beside);
}

}  // namespace aggregator::components
