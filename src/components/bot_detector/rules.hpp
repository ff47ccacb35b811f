#pragma once

#include <span>

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kBotDetectorWithoutRules;
extern const lint::Rule kBotPatternTooWide;

inline constexpr const lint::Rule* kBotDetectorRules[] = {&kBotDetectorWithoutRules,
                                                          &kBotPatternTooWide};

}  // namespace aggregator::components
