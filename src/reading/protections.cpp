#include "reading/protections.hpp"

#include <algorithm>
#include <vector>

#include <aggregator/base/distance.hpp>
#include <aggregator/base/text.hpp>

namespace aggregator::reading {

namespace {

constexpr std::string_view kOpen = "open to everybody";
constexpr std::string_view kUnlimited = "without limit";
constexpr std::string_view kKeptOut = "open to what it is to keep out";
constexpr std::string_view kValidator = "auth/validator";
constexpr std::string_view kRateLimit = "qos/ratelimit/router";
constexpr std::string_view kIpFilter = "security/ip-filter";

constexpr Protection kProtections[] = {
    {"auth", kValidator, kOpen},
    {"authn", kValidator, kOpen},
    {"authz", kValidator, kOpen},
    {"authenticate", kValidator, kOpen},
    {"authentication", kValidator, kOpen},
    {"authenticator", kValidator, kOpen},
    {"authorisation", kValidator, kOpen},
    {"authorization", kValidator, kOpen},
    {"authorize", kValidator, kOpen},
    {"authorizer", kValidator, kOpen},
    {"jose", kValidator, kOpen},
    {"jwks", kValidator, kOpen},
    {"jwt", kValidator, kOpen},
    {"oauth", kValidator, kOpen},
    {"oauth2", kValidator, kOpen},
    {"oidc", kValidator, kOpen},
    {"apikey", "auth/api-keys", kOpen},
    {"apikeys", "auth/api-keys", kOpen},
    {"basicauth", "auth/basic", kOpen},
    {"ratelimit", kRateLimit, kUnlimited},
    {"ratelimiter", kRateLimit, kUnlimited},
    {"ratelimiting", kRateLimit, kUnlimited},
    {"ratelimits", kRateLimit, kUnlimited},
    {"throttle", kRateLimit, kUnlimited},
    {"throttling", kRateLimit, kUnlimited},
    {"quota", {}, kUnlimited},
    {"quotas", {}, kUnlimited},
    {"acl", {}, kKeptOut},
    {"csrf", {}, kKeptOut},
    {"firewall", {}, kKeptOut},
    {"ipallowlist", kIpFilter, kKeptOut},
    {"ipblacklist", kIpFilter, kKeptOut},
    {"ipdenylist", kIpFilter, kKeptOut},
    {"ipfilter", kIpFilter, kKeptOut},
    {"ipfiltering", kIpFilter, kKeptOut},
    {"ipwhitelist", kIpFilter, kKeptOut},
    {"waf", {}, kKeptOut},
    {"cors", "security/cors", "served without the rules for other origins"},
    {"hsts", "security/http", "served without security headers"},
};

constexpr std::size_t kLongWord = 8;
constexpr std::size_t kWordBytesMax = 64;

bool is_of_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words;
    bool inside = false;
    for (const char c : base::to_lower(name)) {
        if (is_of_word(c)) {
            (inside ? words.back() : words.emplace_back()) += c;
        }
        inside = is_of_word(c);
    }
    return words;
}

const Protection* protection_of(std::string_view word) {
    const auto is_meant = [word](const Protection& one) {
        return one.word == word ||
               (one.word.size() >= kLongWord && word.size() >= kLongWord &&
                word.size() <= kWordBytesMax && base::edit_distance(one.word, word) == 1);
    };
    const auto* const found =
        std::find_if(std::begin(kProtections), std::end(kProtections), is_meant);
    return found == std::end(kProtections) ? nullptr : found;
}

}  // namespace

const Protection* protection_in(std::string_view name) {
    const std::vector<std::string> words = words_of(name);
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (const Protection* const both = protection_of(words[i] + words[i + 1])) {
            return both;
        }
    }
    for (const std::string& word : words) {
        if (const Protection* const one = protection_of(word)) {
            return one;
        }
    }
    return nullptr;
}

std::string folded(std::string_view name) {
    std::string made = base::to_lower(name);
    std::erase_if(made, [](char c) { return !is_of_word(c); });
    return made;
}

}  // namespace aggregator::reading
