#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <aggregator/json/document.hpp>

namespace aggregator::format {

/// Where reading a text failed, before its line is known.
struct Failure {
    std::size_t offset = 0;
    std::string message;  ///< what was expected
};

[[nodiscard]] json::SyntaxError syntax_error(std::string_view text, Failure failure);

/// What keeps any text from being read: its size, a byte order mark, what is no UTF-8, and control
/// characters.
[[nodiscard]] std::optional<Failure> unreadable(std::string_view text);

}  // namespace aggregator::format
