#pragma once

#include <cstddef>
#include <deque>
#include <string_view>

#include <aggregator/plan/plan.hpp>

#include "engine/flatmap.hpp"
#include "engine/part.hpp"
#include "engine/work.hpp"

namespace aggregator::engine {

/// Gives parts the shape that the configuration asks for: target, allow or deny, mapping, group, or
/// target, flatmap_filter, group.
/// Works on spans of the original text; what must be written anew goes to the arena, and names come
/// from the shape itself, which therefore outlives the part. Holds nothing but memory that is used
/// again: the result depends on the arguments alone.
class Shaper {
public:
    /// Fails as Flattener::apply() does.
    base::Result<void> reshape(const plan::Shape& shape, Part& part, const Resources& with);

    /// For merged parts.
    [[nodiscard]] Flattener& flattener() { return flattener_; }

private:
    using Branches = plan::PathTree;
    using Branch = plan::PathTree::Branch;

    void filter(const plan::Shape& shape, Members& members, const Resources& with);
    void lift(const plan::Shape& shape, Members& members, const Resources& with);
    void allow(const Branches& tree, Members& members, const Resources& with, std::size_t depth);
    bool allowed(const Branch& branch, Member& member, const Resources& with, std::size_t depth);
    void deny(const Branches& tree, Members& members, const Resources& with, std::size_t depth);
    bool denied(const Branch& branch, Member& member, const Resources& with, std::size_t depth);
    /// The members of a nested object, each name once, in the memory of that depth.
    /// Empty once the work is too much.
    Members& open(std::string_view object, const Resources& with, std::size_t depth);

    Flattener flattener_;
    std::deque<Members> nested_;  ///< a deque: growing moves none of them
};

}  // namespace aggregator::engine
