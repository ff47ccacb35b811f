#pragma once

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kCorsAnyOriginWithCredentials;  ///< told when it is read
extern const lint::Rule kCorsCompletedNotExposed;
extern const lint::Rule kCorsEmptyOrigins;  ///< told when it is read
extern const lint::Rule kCorsHeaderNotForwarded;
extern const lint::Rule kCorsMethodWithoutEndpoint;

inline constexpr const lint::Rule* kCorsRules[] = {
    &kCorsAnyOriginWithCredentials, &kCorsCompletedNotExposed,   &kCorsEmptyOrigins,
    &kCorsHeaderNotForwarded,       &kCorsMethodWithoutEndpoint,
};

}  // namespace aggregator::components
