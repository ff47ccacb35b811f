#pragma once

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kSecretInTheClear;

inline constexpr const lint::Rule* kClientCredentialsRules[] = {&kSecretInTheClear};

}  // namespace aggregator::components
