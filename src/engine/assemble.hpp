#pragma once

#include <cstddef>
#include <span>

#include <aggregator/plan/plan.hpp>

#include "engine/flatmap.hpp"
#include "engine/part.hpp"
#include "engine/work.hpp"

namespace aggregator::engine {

/// What came of an exchange's calls, as far as its reply depends on it.
struct PartCounts {
    std::size_t answered = 0;  ///< how many parts there are
    bool failed = false;       ///< there is a failure
    /// Nothing failed, no part tells of a failure, and among several none is `null`.
    bool complete = false;
};

/// Whether static data with that strategy is put over a reply of that outcome.
[[nodiscard]] bool applies(plan::Static::Strategy strategy, const PartCounts& outcome);

/// What a reply's root is made with besides the parts.
struct Assembly {
    const plan::Endpoint& endpoint;
    Flattener& flattener;
    Resources resources;
};

/// Makes the root of a reply: the parts merged in their order, then flattened as the endpoint says
/// unless something failed, then its static data put over it. `root` is emptied first; it views the
/// parts' bytes, the plan and the arena. It is null if the only part that came is, or if the
/// flatmap left nothing; static data makes an object of it.
/// Fails if the parts are too much to be flattened, or too much work.
[[nodiscard]] base::Result<void> assemble(const Assembly& with, std::span<const Part> parts,
                                          const PartCounts& outcome, Part& root);

}  // namespace aggregator::engine
