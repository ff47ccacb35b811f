#pragma once

#include <cstddef>
#include <string>

#include <aggregator/json/document.hpp>

namespace aggregator::lint {

/// What a line should not be longer than, in characters.
inline constexpr std::size_t kLineMax = 100;

/// A JSON text in the one layout that this program knows:
/// - two spaces a level, a member or element a line, an end of line at the end; each is that of the
///   text's first line, LF or CRLF;
/// - an object or list that stood on one line stays on it as long as that fits into kLineMax;
///   `{ "a": 1 }`, `[1, 2]`, `{}`;
/// - comments stay where they are: above, before or behind what they are about. One between a key
///   and its value that needs a line of its own goes above the key; lines of a block comment that
///   all begin with `*` are aligned, other ones stay as they are, but for white space at their
///   ends;
/// - one empty line between members is kept, more become one, and none stay at the ends of a block;
/// - commas stand directly behind what they follow, and a trailing one goes;
/// - keys, texts and numbers stay byte for byte, and in their order.
/// Done again it changes nothing. An error says where the text is no JSON.
[[nodiscard]] tl::expected<std::string, json::SyntaxError> laid_out(std::string text);

}  // namespace aggregator::lint
