#pragma once

#include <string_view>

#include "engine/members.hpp"

namespace aggregator::engine {

/// What a backend's answer adds to the reply: the members of a root object. A failed backend's part
/// is empty.
struct Part {
    Members members;
    /// The answer was `null`: it adds nothing, and something is missing.
    bool null = false;
    /// The members tell of a failure: something is missing, though nothing failed.
    bool incomplete = false;
    /// The object's own text if `members` are exactly what it holds, else empty.
    std::string_view text;

    /// A failed backend's part, and that of one that was not asked.
    void clear() {
        members.clear();
        null = incomplete = false;
        text = {};
    }
};

}  // namespace aggregator::engine
