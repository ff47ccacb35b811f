#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <aggregator/base/error.hpp>

namespace aggregator::format {

/// The text in UTF-8 if its XML declaration names one of the charsets of the C library that are
/// listed here (a peer's word loads no other converter); nothing if it needs no conversion or the
/// parser does it: UTF-8, UTF-16, UTF-32, no declaration. Fails with BadXml, naming the charset,
/// for one that is not listed or not installed.
[[nodiscard]] base::Result<std::optional<std::string>> utf8_from_declared(std::string_view text);

}  // namespace aggregator::format
