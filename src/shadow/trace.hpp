#pragma once

#include <string>
#include <string_view>

#include <aggregator/base/loop.hpp>

namespace aggregator::shadow {

/// The `traceparent` (W3C Trace Context, version 00) of a call that is a child of the one that
/// `parent` names: the same trace and flags, a new span. Empty if `parent` is malformed.
[[nodiscard]] std::string child_of(std::string_view parent, base::Loop& loop);

/// Sixteen hexadecimal digits by chance, not all of them zero.
[[nodiscard]] std::string random_id(base::Loop& loop);

}  // namespace aggregator::shadow
