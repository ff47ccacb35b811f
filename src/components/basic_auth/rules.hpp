#pragma once

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kBasicWithoutTls;
extern const lint::Rule kBcryptCostBelow10;
extern const lint::Rule kLoginAskedByNobody;
extern const lint::Rule kLoginWithoutUsers;

inline constexpr const lint::Rule* kBasicAuthRules[] = {&kBasicWithoutTls, &kBcryptCostBelow10,
                                                        &kLoginAskedByNobody, &kLoginWithoutUsers};

}  // namespace aggregator::components
