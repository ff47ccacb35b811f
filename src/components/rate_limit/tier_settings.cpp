#include "components/rate_limit/settings.hpp"

#include <utility>

#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/grammar.hpp>
#include <aggregator/reading/typing.hpp>
#include <aggregator/reading/unsupported.hpp>
#include <aggregator/reading/values.hpp>

namespace aggregator::components {

namespace {

using reading::Value;
using reading::strict::Word;

/// A tier while it is read.
struct TierDraft {
    TierSettings::Tier tier;
    bool supported = true;
    bool has_limit = false;
    bool has_value = false;
    bool any = false;
};

void read_tier_as(const Value& value, TierDraft& draft) {
    enum class As : std::uint8_t { Literal, Policy, Any };
    constexpr Word<As> kWords[] = {
        {"literal", As::Literal}, {"policy", As::Policy}, {"*", As::Any}};
    As as = As::Literal;
    reading::strict::read_word(value, kWords, as);
    draft.any = as == As::Any;
    if (as == As::Policy) {
        draft.supported = false;
        reading::tell_unsupported_key(value,
                                      "expressions are not evaluated: the tier is never met");
    }
}

void read_tier_value(const Value& value, TierDraft& draft) {
    reading::strict::read(value, draft.tier.value);
    draft.has_value = value.node.kind == json::Kind::String && !draft.tier.value.empty();
}

void read_tier_limit(const Value& value, TierDraft& draft) {
    draft.has_limit = true;
    draft.tier.limit = read_limit_of_tier(value);
}

void read_tier_redis(const Value& value, TierDraft& draft) {
    draft.supported = false;
    reading::tell_unsupported_key(value, "the tier has no limit");
}

constexpr reading::Field<TierDraft> kTierFields[] = {
    {"tier_value", read_tier_value},
    {"tier_value_as", read_tier_as},
    {"ratelimit", read_tier_limit},
    {"ratelimit_redis", read_tier_redis},
};

void read_tier(const Value& value, std::uint32_t element, TierSettings& settings) {
    TierDraft draft;
    draft.tier.element = element;
    reading::read_fields(value,
                         {.what = "a tier of `qos/ratelimit/tiered`",
                          .keys = reading::Keys::Exact,
                          .fields = kTierFields},
                         draft);
    if (value.node.kind != json::Kind::Object) {
        return;
    }
    if (!draft.has_limit) {
        value.error("bad-value", "a tier needs a limit: expected `ratelimit`");
    }
    if (!draft.has_value && !draft.any) {
        value.error("bad-value", "a tier needs `tier_value`: what `tier_key` says in its requests",
                    "for all other requests write \"tier_value_as\": \"*\"");
    }
    if (draft.supported && draft.tier.limit) {
        draft.tier.any = draft.any;
        draft.tier.value = draft.any ? "*" : draft.tier.value;
        settings.tiers.push_back(std::move(draft.tier));
    }
}

void read_tier_list(const Value& value, TierSettings& settings) {
    if (!reading::strict::expect(value, json::Kind::Array, "a list of tiers")) {
        return;
    }
    if (value.node.elements.empty()) {
        value.error("bad-value", value.label() + "expected at least one tier, found none");
    }
    for (const std::uint32_t index : value.node.elements) {
        if (!settings.tiers.empty() && settings.tiers.back().any) {
            value.element(index).error("bad-value",
                                       "no request comes to this tier: the one before takes all");
        }
        read_tier(value.element(index), index, settings);
    }
}

void read_tier_key(const Value& value, TierSettings& settings) {
    reading::strict::read(value, settings.header);
    if (value.node.kind == json::Kind::String && !reading::is_token(settings.header)) {
        value.error("bad-value", value.label() + "expected the name of a header, found " +
                                     reading::described(value.node));
    }
}

void read_no_tier(const Value& value, TierSettings& settings) {
    constexpr Word<bool> kWords[] = {{"allow", false}, {"reject", true}};
    reading::strict::read_word(value, kWords, settings.rejects_others);
}

constexpr reading::Field<TierSettings> kTiersFields[] = {
    {"tier_key", read_tier_key},
    {"tiers", read_tier_list},
    {"on_no_tier", read_no_tier},
};

}  // namespace

std::shared_ptr<const reading::Settings> read_tiers(const Value& value) {
    auto settings = std::make_shared<TierSettings>();
    reading::read_fields(
        value,
        {.what = "`qos/ratelimit/tiered`", .keys = reading::Keys::Exact, .fields = kTiersFields},
        *settings);
    if (value.node.kind != json::Kind::Object) {
        return nullptr;
    }
    for (const char* const key : {"tier_key", "tiers"}) {
        if (!reading::member_of(value, key)) {
            value.error("bad-value", value.label() + "expected `" + key + "`");
        }
    }
    return settings;
}

void check_tiers(const Value& value, const reading::Settings& settings,
                 const reading::Beside& beside) {
    const auto list = reading::member_of(value, "tiers");
    for (const TierSettings::Tier& tier : static_cast<const TierSettings&>(settings).tiers) {
        check_router_limit(*reading::member_of(list->element(tier.element), "ratelimit"),
                           *tier.limit, beside);
    }
}

}  // namespace aggregator::components
