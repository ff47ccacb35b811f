#include "components/auth_validator/settings.hpp"

#include <algorithm>
#include <optional>

#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/files.hpp>
#include <aggregator/reading/unsupported.hpp>
#include <aggregator/reading/values.hpp>

namespace aggregator::components {

namespace {

using reading::Value;
namespace strict = reading::strict;

constexpr std::string_view kWhat = "`auth/validator`";
constexpr std::uint32_t kSecondsMax = 86'400 * 365;
constexpr std::uint32_t kTokensMax = 1'000'000;
constexpr std::size_t kUrlsMax = 16;

/// The settings while they are read: some keys depend on others.
struct Draft {
    ValidatorSettings settings;
    bool names_algorithm = false;
    std::optional<Value> local_path{};
    std::vector<Value> urls{};
    bool is_insecure = false;
};

template <auto Member>
void set(const Value& value, Draft& draft) {
    strict::read(value, draft.settings.*Member);
}

void read_algorithm(const Value& value, Draft& draft) {
    if (!strict::expect(value, json::Kind::String, "a text")) {
        return;
    }
    draft.names_algorithm = true;
    if (const auto found = jose::find_algorithm(value.node.text)) {
        draft.settings.algorithm = *found;
        return;
    }
    std::string names;
    for (const jose::AlgorithmRow& row : jose::algorithms()) {
        names += (names.empty() ? "" : ", ") + std::string(row.name);
    }
    value.error("bad-value", reading::quoted(value.node.text) + " is no algorithm of signatures",
                "one of " + names);
}

void read_url(const Value& value, Draft& draft) {
    if (strict::expect(value, json::Kind::String, "the URL of a JWK set")) {
        draft.urls.push_back(value);
    }
}

void read_urls(const Value& value, Draft& draft) {
    if (!strict::expect(value, json::Kind::Array, "a list of URLs")) {
        return;
    }
    for (const std::uint32_t index : value.node.elements) {
        read_url(value.element(index), draft);
    }
    if (value.node.elements.empty() || value.node.elements.size() > kUrlsMax) {
        value.error("bad-value", value.label() + "expected 1 to 16 URLs");
    }
}

void read_path(const Value& value, Draft& draft) {
    if (strict::expect(value, json::Kind::String, "the path of a file with a JWK set")) {
        draft.local_path.emplace(value);
    }
}

void read_insecure(const Value& value, Draft& draft) { strict::read(value, draft.is_insecure); }

void read_cache_duration(const Value& value, Draft& draft) {
    std::uint32_t seconds = 0;
    strict::read(value, seconds);
    if (value.node.kind == json::Kind::Number &&
        reading::in_range(value, seconds, 1, kSecondsMax)) {
        draft.settings.times.lifetime = std::chrono::seconds(seconds);
    }
}

void read_cooldown(const Value& value, Draft& draft) {
    base::Duration& cooldown = draft.settings.times.cooldown;
    strict::read_positive(value, cooldown);
    if (cooldown < std::chrono::seconds(1)) {
        value.error("out-of-range", value.label() + "expected at least 1s");
    }
}

void read_not_negative(const Value& value, base::Duration& duration) {
    strict::read(value, duration);
    if (duration < base::Duration::zero()) {
        value.error("out-of-range", value.label() + "expected no duration below 0");
    }
}

void read_leeway(const Value& value, Draft& draft) {
    read_not_negative(value, draft.settings.leeway);
}

void read_timeout(const Value& value, Draft& draft) {
    strict::read_positive(value, draft.settings.times.timeout);
}

void read_stale(const Value& value, Draft& draft) {
    read_not_negative(value, draft.settings.times.stale);
}

constexpr strict::Word<KeyNaming> kNamings[] = {{"kid", KeyNaming::Kid},
                                                {"x5t", KeyNaming::X5t},
                                                {"x5t#S256", KeyNaming::X5tS256},
                                                {"kid_x5t", KeyNaming::KidThenX5t}};
constexpr strict::Word<Matcher> kMatchers[] = {{"any", Matcher::Any}, {"all", Matcher::All}};

void read_naming(const Value& value, Draft& draft) {
    strict::read_word(value, kNamings, draft.settings.naming);
}

template <auto Member>
void read_matcher(const Value& value, Draft& draft) {
    strict::read_word(value, kMatchers, draft.settings.*Member);
}

void read_pair(const Value& pair, Draft& draft) {
    std::vector<std::string> texts;
    strict::read(pair, texts);
    if (texts.size() != 2 || texts[0].empty()) {
        return pair.error("bad-value",
                          "expected a pair: the claim and the header that it is put "
                          "into",
                          "for instance [\"sub\", \"X-User\"]");
    }
    if (const auto fault = strict::header_name_fault(texts[1])) {
        return pair.error("bad-value", fault->message, fault->hint);
    }
    draft.settings.propagate.push_back({std::move(texts[0]), std::move(texts[1])});
}

void read_propagate(const Value& value, Draft& draft) {
    if (strict::expect(value, json::Kind::Array, "a list of pairs")) {
        for (const std::uint32_t index : value.node.elements) {
            read_pair(value.element(index), draft);
        }
    }
}

void read_header(const Value& value, Draft& draft) {
    strict::read_header_name(value, draft.settings.header);
}

void read_token_cache(const Value& value, Draft& draft) {
    std::uint32_t tokens = 0;
    strict::read(value, tokens);
    if (value.node.kind == json::Kind::Number && reading::in_range(value, tokens, 0, kTokensMax)) {
        draft.settings.token_cache = tokens;
    }
}

/// Understood, and not supported: its type is checked all the same.
template <typename T>
void refuse_later(const Value& value, Draft&) {
    T ignored{};
    strict::read(value, ignored);
    reading::tell_unsupported_key(value, "open to tokens whose keys are found otherwise");
}

void refuse_ciphers(const Value& value, Draft&) {
    if (strict::expect(value, json::Kind::Array, "a list of numbers")) {
        for (const std::uint32_t index : value.node.elements) {
            std::uint32_t ignored = 0;
            strict::read(value.element(index), ignored);
        }
    }
    reading::tell_unsupported_key(value, "open to tokens whose keys are found otherwise");
}

/// What has no effect here, in the order of the format.
void read_flag(const Value& value, Draft&) {
    bool ignored = false;
    strict::read(value, ignored);
}

constexpr reading::Field<Draft> kFields[] = {
    {"alg", read_algorithm},
    {"jwk_url", read_url},
    {"jwk_urls", read_urls},
    {"jwk_local_path", read_path},
    {"disable_jwk_security", read_insecure},
    {"cache", read_flag},
    {"cache_duration", read_cache_duration},
    {"failed_jwk_key_cooldown", read_cooldown},
    {"jwk_timeout", read_timeout},
    {"jwk_stale", read_stale},
    {"key_identify_strategy", read_naming},
    {"audience", set<&ValidatorSettings::audience>},
    {"audience_matcher", read_matcher<&ValidatorSettings::audience_matcher>},
    {"issuer", set<&ValidatorSettings::issuer>},
    {"leeway", read_leeway},
    {"roles", set<&ValidatorSettings::roles>},
    {"roles_key", set<&ValidatorSettings::roles_key>},
    {"roles_key_is_nested", read_flag},
    {"scopes", set<&ValidatorSettings::scopes>},
    {"scopes_key", set<&ValidatorSettings::scopes_key>},
    {"scopes_matcher", read_matcher<&ValidatorSettings::scopes_matcher>},
    {"require_claims", set<&ValidatorSettings::require_claims>},
    {"token_types", set<&ValidatorSettings::token_types>},
    {"propagate_claims", read_propagate},
    {"propagate_claims_preserve_array", set<&ValidatorSettings::preserves_arrays>},
    {"auth_header_name", read_header},
    {"cookie_key", set<&ValidatorSettings::cookie>},
    {"token_cache", read_token_cache},
    {"log_claim", set<&ValidatorSettings::log_claim>},
    {"operation_debug", set<&ValidatorSettings::logs_reasons>},
    {"jwk_local_ca", refuse_later<std::string>},
    {"jwk_fingerprints", refuse_later<std::vector<std::string>>},
    {"cipher_suites", refuse_ciphers},
    {"secret_url", refuse_later<std::string>},
    {"cypher_key", refuse_later<std::string>},
};

void add_url(const Value& value, Draft& draft) {
    const std::string& text = value.node.text;
    auto url = plan::parse_url(text);
    if (!url) {
        return value.error("bad-value",
                           reading::quoted(text) + " is no URL of a JWK set: " + url.error().detail,
                           "for instance https://id.example.com/.well-known/jwks.json");
    }
    if (!url->host.tls && !draft.is_insecure) {
        return value.error("bad-value",
                           "keys that are fetched over plain HTTP can be replaced by anybody on "
                           "the way: " +
                               reading::quoted(text),
                           "use https; `disable_jwk_security` allows http");
    }
    draft.settings.urls.push_back({text, std::move(url->host), std::move(url->target)});
}

void read_local_keys(const Value& value, Draft& draft) {
    const std::string path = reading::located_file(value);
    const auto text = reading::read_file(path);
    if (!text) {
        return value.error("unreadable-file",
                           "cannot read " + reading::quoted(path) + ": " + text.error().detail);
    }
    auto keys = jose::KeySet::parse(*text, {draft.settings.algorithm, jose::Purpose::Verify});
    if (!keys) {
        return value.error("bad-value",
                           reading::quoted(path) + " is no JWK set: " + keys.error().detail);
    }
    const auto& skipped = keys->skipped();
    if (keys->keys().empty()) {
        return value.error("bad-value", reading::quoted(path) + " has no key for " +
                                            std::string(jose::row(draft.settings.algorithm).name) +
                                            (skipped.empty() ? "" : ": " + skipped.front().why));
    }
    if (!skipped.empty()) {
        value.warn(
            "jwk-skipped",
            std::to_string(skipped.size()) + " of the keys in " + reading::quoted(path) +
                " are not used; the first: " +
                (skipped.front().kid.empty() ? "" : reading::quoted(skipped.front().kid) + ": ") +
                skipped.front().why);
    }
    draft.settings.keys = std::make_shared<const jose::KeySet>(std::move(*keys));
}

/// What is wrong between keys, or missing.
void check(const Value& value, Draft& draft) {
    if (!draft.names_algorithm) {
        value.error("bad-value",
                    "`auth/validator` does not say which algorithm signs tokens: "
                    "expected `alg`",
                    "for instance \"alg\": \"RS256\"");
    }
    const bool has_urls = reading::member_of(value, "jwk_url").has_value() ||
                          reading::member_of(value, "jwk_urls").has_value();
    if (reading::member_of(value, "jwk_url") && reading::member_of(value, "jwk_urls")) {
        value.error("bad-value", "`auth/validator` has both `jwk_url` and `jwk_urls`",
                    "write all URLs into `jwk_urls`");
    }
    if (has_urls == draft.local_path.has_value()) {
        value.error("bad-value",
                    has_urls ? "`auth/validator` has both a URL and a file of keys"
                             : "`auth/validator` has no keys: expected `jwk_url`, `jwk_urls` or "
                               "`jwk_local_path`");
    }
    for (const Value& url : draft.urls) {
        add_url(url, draft);
    }
    if (draft.local_path && draft.names_algorithm) {
        read_local_keys(*draft.local_path, draft);
    }
    if (!draft.settings.scopes.empty() && draft.settings.scopes_key.empty()) {
        value.error("bad-value", "`scopes` are compared with no claim: expected `scopes_key`",
                    "for instance \"scopes_key\": \"scope\"");
    }
    if (draft.settings.roles_key.empty() && !draft.settings.roles.empty()) {
        value.error("bad-value", "`roles` are compared with no claim: `roles_key` is empty");
    }
}

}  // namespace

std::shared_ptr<const reading::Settings> read_validator(const Value& value) {
    Draft draft;
    reading::read_fields(value, {.what = kWhat, .keys = reading::Keys::Exact, .fields = kFields},
                         draft);
    if (value.node.kind == json::Kind::Object) {
        check(value, draft);
    }
    return std::make_shared<ValidatorSettings>(std::move(draft.settings));
}

namespace {

void read_shared_duration(const Value& value, SharedValidatorSettings& shared) {
    std::uint32_t seconds = 0;
    strict::read(value, seconds);
    if (value.node.kind == json::Kind::Number &&
        reading::in_range(value, seconds, 0, kSecondsMax) && seconds > 0) {
        shared.cache_duration = std::chrono::seconds(seconds);
    }
}

constexpr reading::Field<SharedValidatorSettings> kSharedFields[] = {
    {"shared_cache_duration", read_shared_duration},
};

}  // namespace

std::shared_ptr<const reading::Settings> read_shared_validator(const Value& value) {
    auto shared = std::make_shared<SharedValidatorSettings>();
    reading::read_fields(value,
                         {.what = "`auth/validator` of the service",
                          .keys = reading::Keys::Exact,
                          .fields = kSharedFields},
                         *shared);
    return shared;
}

}  // namespace aggregator::components
