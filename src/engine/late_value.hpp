#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/plan/plan.hpp>

#include "engine/part.hpp"
#include "engine/work.hpp"

namespace aggregator::engine {

/// What was found once and is used again by every later backend, whatever the parts say then: the
/// names are the plan's, the texts lie in the arena.
using LateTexts = std::vector<std::pair<std::string_view, std::string_view>>;

/// The text of a value in the parts that have come, in the arena; nothing if it is not there. The
/// first part is what all of them were merged into so far, so it has the members of those after it
/// too. Where the path leads through something that is no object, its last segment is looked up in
/// the last object that was reached. A text is itself, a number its digits, an object compact JSON,
/// an array the texts of its values with commas between them.
[[nodiscard]] std::optional<std::string_view> late_value(const plan::LateValue& wanted,
                                                         std::span<const Part> parts,
                                                         const Resources& with);

/// The values of one backend in its order, one without data for each that is missing. A text that
/// is not empty is remembered in `known`. Once the work is too much, nothing is found any more.
[[nodiscard]] std::vector<std::string_view> late_values(std::span<const plan::LateValue> wanted,
                                                        std::span<const Part> parts,
                                                        LateTexts& known, const Resources& with);

}  // namespace aggregator::engine
