#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <aggregator/plan/forward.hpp>

namespace aggregator::plan {

/// The bytes that form-encoded text stands for: the text itself, or what is appended to `scratch`,
/// which must have room for it. Nothing if an escape is malformed.
[[nodiscard]] std::optional<std::string_view> decode_query_part(std::string_view text,
                                                                std::string& scratch);

/// Appends the parameters of the client's query that `filter` lets through to `out.target`, in the
/// order of their names. Pairs with a `;` or a malformed escape are dropped.
void append_query(const Filter& filter, std::string_view query, Outgoing& out);

}  // namespace aggregator::plan
