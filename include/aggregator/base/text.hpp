#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aggregator::base {

/// ASCII only: what protocols call case-insensitive.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::string to_lower(std::string_view text);

/// The whole text as an unsigned decimal number; nothing if it is empty, has a sign or other
/// characters, or overflows.
[[nodiscard]] std::optional<std::uint64_t> parse_decimal(std::string_view text);

/// Appends a number in decimal.
void append_decimal(std::string& out, std::uint64_t number);

/// Where lines of text for people begin and end.
struct Margins {
    std::size_t indent = 0;  ///< spaces in front of each line
    std::size_t columns = 100;
};
/// The words in lines within the margins, each line with its end; one empty line if there are none.
[[nodiscard]] std::string wrapped(std::string_view text, Margins margins);

/// Without leading and trailing spaces and tabs.
[[nodiscard]] std::string_view trim(std::string_view text);

/// The candidate closest to `word` by edit distance, if it is close enough to be what was meant.
[[nodiscard]] std::optional<std::string_view> closest(
    std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace aggregator::base
