#pragma once

#include <span>

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kHostHeadersOfNobody;
extern const lint::Rule kHpkpWithoutEffect;
extern const lint::Rule kSecurityDevelopmentMode;
extern const lint::Rule kSslRedirectLoop;
extern const lint::Rule kStsNeverSent;

inline constexpr const lint::Rule* kHttpSecurityRules[] = {
    &kHostHeadersOfNobody, &kHpkpWithoutEffect, &kSecurityDevelopmentMode, &kSslRedirectLoop,
    &kStsNeverSent};

}  // namespace aggregator::components
