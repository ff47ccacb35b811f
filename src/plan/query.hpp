#pragma once

#include <string_view>

#include <aggregator/plan/forward.hpp>

namespace aggregator::plan {

/// Appends the parameters of the client's query that `filter` lets through to `out.target`, in the
/// order of their names. Pairs with a `;` or a malformed escape are dropped.
void append_query(const Filter& filter, std::string_view query, Outgoing& out);

}  // namespace aggregator::plan
