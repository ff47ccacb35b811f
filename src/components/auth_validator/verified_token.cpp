#include "components/auth_validator/verified_token.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include <aggregator/base/hash.hpp>

namespace aggregator::components {

namespace {

/// How many of the wanted words are among those of a claim.
std::size_t common(const std::vector<std::string>& wanted,
                   const std::vector<std::string_view>& words) {
    return static_cast<std::size_t>(
        std::count_if(wanted.begin(), wanted.end(), [&words](const std::string& one) {
            return std::find(words.begin(), words.end(), one) != words.end();
        }));
}

VerifiedToken::Grant granted(const jose::Claims& claims, const ValidatorSettings& settings) {
    using Grant = VerifiedToken::Grant;
    const auto& [roles, scopes] = std::tie(settings.roles, settings.scopes);
    if (!roles.empty() && common(roles, claims.words(settings.roles_key)) == 0) {
        return Grant::RoleMissing;
    }
    if (!scopes.empty()) {
        const std::size_t found = common(scopes, claims.words(settings.scopes_key));
        const std::size_t needed = settings.scopes_matcher == Matcher::All ? scopes.size() : 1;
        return found < needed ? Grant::ScopeMissing : Grant::All;
    }
    return Grant::All;
}

/// What cannot stand in a header is no value of one: a claim must not become another header.
bool fits_header(std::string_view value) {
    return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

}  // namespace

VerifiedToken::VerifiedToken(std::string_view text, jose::Claims claims,
                             const ValidatorSettings& settings,
                             const std::vector<std::string>& params)
    : token_(text), claims_(std::move(claims)), grant_(granted(claims_, settings)) {
    std::vector<std::string_view> names;
    for (const ClaimHeader& one : settings.propagate) {
        std::vector<std::string> values;
        if (settings.preserves_arrays) {
            values = claims_.elements(one.claim);
        } else if (auto value = claims_.text(one.claim)) {
            values.push_back(std::move(*value));
        }
        for (std::string& value : values) {
            if (fits_header(value)) {
                names.push_back(one.header);
                values_.push_back(std::move(value));
            }
        }
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        headers_.push_back({names[i], values_[i]});
    }
    params_.emplace();
    for (const std::string& name : params) {
        auto value = claims_.text(name);
        if (!value) {
            params_.reset();
            break;
        }
        params_->push_back(std::move(*value));
    }
    if (!settings.log_claim.empty()) {
        subject_ = claims_.text(settings.log_claim).value_or("");
    }
}

std::optional<std::string_view> VerifiedToken::text(std::string_view name) const {
    auto known = texts_.find(name);
    if (known == texts_.end()) {
        known = texts_.emplace(std::string(name), claims_.text(name)).first;
    }
    return known->second;
}

TokenCache::TokenCache(std::uint32_t capacity, std::uint64_t seed)
    : places_(capacity == 0 ? 0 : std::max<std::size_t>(std::bit_ceil(capacity), kWays)),
      seed_(seed) {}

TokenCache::Place* TokenCache::set_of(std::uint64_t hash) {
    const std::size_t sets = places_.size() / kWays;
    return &places_[(hash & (sets - 1)) * kWays];
}

const TokenCache::Entry* TokenCache::find(std::string_view token) {
    if (places_.empty()) {
        return nullptr;
    }
    const std::uint64_t hash = base::hash64(token, seed_);
    Place* const set = set_of(hash);
    for (Place* place = set; place != set + kWays; ++place) {
        if (place->entry && place->hash == hash && place->entry->token() == token) {
            place->used = ++clock_;
            return &place->entry;
        }
    }
    return nullptr;
}

void TokenCache::put(Entry entry) {
    if (places_.empty()) {
        return;
    }
    const std::uint64_t hash = base::hash64(entry->token(), seed_);
    Place* const set = set_of(hash);
    Place* const oldest = std::min_element(
        set, set + kWays, [](const Place& a, const Place& b) { return a.used < b.used; });
    *oldest = {hash, ++clock_, std::move(entry)};
}

void TokenCache::clear() { std::fill(places_.begin(), places_.end(), Place{}); }

}  // namespace aggregator::components
