#pragma once

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kCacheLimitsDiffer;
extern const lint::Rule kCacheOnUnsafeMethod;
extern const lint::Rule kCacheWithAuthorization;

inline constexpr const lint::Rule* kHttpCacheRules[] = {&kCacheLimitsDiffer, &kCacheOnUnsafeMethod,
                                                        &kCacheWithAuthorization};

}  // namespace aggregator::components
