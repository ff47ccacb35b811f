#pragma once

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kApiKeysAskedByNobody;
extern const lint::Rule kApiKeysUndeclared;
extern const lint::Rule kFnv128KeyHash;
extern const lint::Rule kKeyInQuery;
extern const lint::Rule kPlainKeyInFile;
extern const lint::Rule kRoleNotForwarded;
extern const lint::Rule kRoleOfNoKey;

inline constexpr const lint::Rule* kApiKeysRules[] = {
    &kApiKeysAskedByNobody, &kApiKeysUndeclared, &kFnv128KeyHash, &kKeyInQuery,
    &kPlainKeyInFile,       &kRoleNotForwarded,  &kRoleOfNoKey};

}  // namespace aggregator::components
