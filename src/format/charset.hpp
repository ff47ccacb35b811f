#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <aggregator/base/error.hpp>

namespace aggregator::format {

/// The text in UTF-8 if it is UTF-16 or UTF-32, which its first bytes tell (a byte order mark, or
/// how `<` is written), or if its XML declaration names one of the charsets of the C library that
/// are listed here (a peer's word loads no other converter); nothing if it needs no conversion.
/// Bytes that are no character become U+FFFD. Fails with BadXml, naming the charset, for one that
/// is not listed or not installed.
[[nodiscard]] base::Result<std::optional<std::string>> utf8_of(std::string_view text);

}  // namespace aggregator::format
