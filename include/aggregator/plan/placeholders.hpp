#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aggregator::plan {

/// The names of a text's placeholders, each once, in order. A placeholder is a `{name}`, the name
/// of letters, digits and `_ - . : /`.
[[nodiscard]] std::vector<std::string> placeholder_names(std::string_view text);

/// In front of the name of a claim of a token.
inline constexpr std::string_view kClaimPlaceholder = "JWT.";

/// Whether the name stands for a value of an earlier answer or of a token: `respN_path`,
/// `JWT.claim`.
[[nodiscard]] bool is_late_placeholder(std::string_view name);

}  // namespace aggregator::plan
