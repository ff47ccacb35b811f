#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/http/message.hpp>
#include <aggregator/jose/claims.hpp>
#include <aggregator/jose/key_set.hpp>
#include <aggregator/jose/token.hpp>

#include "components/auth_validator/settings.hpp"

namespace aggregator::components {

/// Seconds since 1970, with decimals.
[[nodiscard]] double seconds_now();

/// Whether the token is in its time; TokenExpired, with the claim, if it is not.
[[nodiscard]] base::Result<void> check_times(const jose::Claims& claims, base::Duration leeway,
                                             double now);

/// What can be said of a token before its key is known: TokenInvalid, or its parts. Views the text.
[[nodiscard]] base::Result<jose::Token> read_token(std::string_view text,
                                                   const ValidatorSettings& settings);

/// The keys that a token may have been signed with: of each set the one that it names, or the only
/// one of all sets if it names none.
[[nodiscard]] std::vector<const jose::Key*> keys_for(const jose::Token& token, KeyNaming naming,
                                                     const std::vector<const jose::KeySet*>& sets);

/// Whether the token names a key, in the way that is configured.
[[nodiscard]] bool names_key(const jose::Token& token, KeyNaming naming);

/// The claims of a token that is signed with one of the keys, is in its time, and is of the issuer
/// and for the audience that the endpoint wants; TokenInvalid or TokenExpired otherwise.
[[nodiscard]] base::Result<jose::Claims> verify(const jose::Token& token,
                                                const std::vector<const jose::Key*>& keys,
                                                const ValidatorSettings& settings, double now);

/// The token of a request; nothing if it has none. Fails with TokenInvalid where it cannot be told
/// which of several is meant.
[[nodiscard]] base::Result<std::optional<std::string_view>> find_token(
    const http::Request& request, const ValidatorSettings& settings);

}  // namespace aggregator::components
