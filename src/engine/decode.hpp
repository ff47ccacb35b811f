#pragma once

#include <string_view>

#include <aggregator/base/error.hpp>
#include <aggregator/plan/plan.hpp>

#include "engine/part.hpp"
#include "engine/work.hpp"

namespace aggregator::engine {

/// Reads a backend's answer by its encoding. The part views `body`, which is
/// already without any coding, or the arena. Fails with BadJson, BadXml or BadFeed, or WrongShape
/// if the root is not what `is_collection` says; with AnswerTooCostly if that takes too much work.
[[nodiscard]] base::Result<void> decode(const plan::Backend& backend, std::string_view body,
                                        Part& part, const Resources& with);

}  // namespace aggregator::engine
