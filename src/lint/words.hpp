#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aggregator::lint {

/// The text in backticks, cut if it is long.
[[nodiscard]] std::string quoted(std::string_view text);

/// "did you mean `x`?" if one of the candidates is close to the word; else nothing.
[[nodiscard]] std::string guess_for(std::string_view word,
                                    const std::vector<std::string_view>& candidates);

/// "1 thing", "2 things".
[[nodiscard]] std::string counted(std::size_t count, std::string_view thing);

}  // namespace aggregator::lint
