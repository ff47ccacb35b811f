#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <aggregator/json/spans.hpp>

namespace aggregator::format {

/// A value without values below it.
struct Scalar {
    json::Kind kind = json::Kind::Null;
    std::string text;  ///< a string's content, a number as JSON has it; else empty
};

/// What a scalar without quotes is by the core schema of YAML 1.2: null, true, false, a number or
/// text. Nothing if it is a number that JSON does not have: infinite, none, or a hexadecimal or
/// octal one of more than 64 bits.
[[nodiscard]] std::optional<Scalar> plain_scalar(std::string_view text);

}  // namespace aggregator::format
