#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/http/message.hpp>
#include <aggregator/jose/claims.hpp>

#include "components/auth_validator/settings.hpp"

namespace aggregator::components {

/// A token whose signature is good and whose issuer, audience and types fit one endpoint, with all
/// that is made of its claims there. Its times are not among that: they are looked at each time.
/// Immutable but for texts that are made when they are first asked for: for one thread.
class VerifiedToken final : public http::Claims {
public:
    /// What the endpoint wants besides a good token.
    enum class Grant : std::uint8_t { All, RoleMissing, ScopeMissing };

    VerifiedToken(std::string_view text, jose::Claims claims, const ValidatorSettings& settings,
                  const std::vector<std::string>& params);

    [[nodiscard]] const std::string& token() const { return token_; }
    [[nodiscard]] const jose::Claims& claims() const { return claims_; }
    [[nodiscard]] Grant grant() const { return grant_; }
    /// What claims are put into headers, in the order of the settings. Those that it has not are
    /// left out.
    [[nodiscard]] http::Fields headers() const { return headers_; }
    /// The values of the claims that targets of backends use; nothing if one is missing.
    [[nodiscard]] const std::optional<std::vector<std::string>>& params() const { return params_; }
    [[nodiscard]] const std::string& subject() const { return subject_; }

    [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const override;

private:
    std::string token_;
    jose::Claims claims_;
    Grant grant_ = Grant::All;
    std::vector<std::string> values_;  // of the headers
    std::vector<http::Field> headers_;
    std::optional<std::vector<std::string>> params_;
    std::string subject_;
    mutable std::map<std::string, std::optional<std::string>, std::less<>> texts_;
};

/// Tokens that one worker has verified for one endpoint, so many at most. They are found by a keyed
/// hash, which clients cannot aim at, and compared as a whole: as sure as a cryptographic hash, for
/// a fraction of its cost. Within a set of four places the one that was not asked for the longest
/// makes room. A look-up takes no memory.
class TokenCache {
public:
    using Entry = std::shared_ptr<const VerifiedToken>;

    TokenCache(std::uint32_t capacity, std::uint64_t seed);

    /// Null if it is not there. Valid until the next put() or clear().
    [[nodiscard]] const Entry* find(std::string_view token);
    void put(Entry entry);
    void clear();

private:
    static constexpr std::size_t kWays = 4;

    struct Place {
        std::uint64_t hash = 0;
        std::uint64_t used = 0;  ///< the larger, the later
        Entry entry;
    };

    [[nodiscard]] Place* set_of(std::uint64_t hash);

    std::vector<Place> places_;
    std::uint64_t seed_;
    std::uint64_t clock_ = 0;
};

}  // namespace aggregator::components
