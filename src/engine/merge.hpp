#pragma once

#include <span>
#include <string>

#include <aggregator/plan/plan.hpp>

#include "engine/part.hpp"

namespace aggregator::engine {

/// Folds parts into the members of one root object, in their order: the later part wins a name,
/// which keeps its first place. `merged` is emptied first;
/// it views the parts' bytes.
void merge(std::span<const Part> parts, Members& merged);

/// Appends the body that the output encoding makes of a root object.
void render(plan::Output output, const Members& root, std::string& out);

}  // namespace aggregator::engine
