#pragma once

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kClaimNotForwarded;
extern const lint::Rule kJwkInsecure;
extern const lint::Rule kJwkSkipped;
extern const lint::Rule kNoAudience;
extern const lint::Rule kNoIssuer;
extern const lint::Rule kRoleShapedScope;
extern const lint::Rule kRolesKeyMissing;
extern const lint::Rule kTokenWithoutExpiryAccepted;

inline constexpr const lint::Rule* kAuthValidatorRules[] = {
    &kClaimNotForwarded, &kJwkInsecure,     &kJwkSkipped,      &kNoAudience,
    &kNoIssuer,          &kRoleShapedScope, &kRolesKeyMissing, &kTokenWithoutExpiryAccepted};

}  // namespace aggregator::components
