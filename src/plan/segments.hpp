#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aggregator::plan {

/// A dotted path, cut at its dots: `a.b` is `a` and `b`, the empty path is one empty segment.
[[nodiscard]] std::vector<std::string> segments_of(std::string_view path);

}  // namespace aggregator::plan
