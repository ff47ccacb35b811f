#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aggregator::jose {

/// The bytes of a base64url text (RFC 7515, section 2): no padding, no other characters, and no
/// bits that belong to no byte. So every run of bytes has exactly one text.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);
[[nodiscard]] std::string to_base64url(std::string_view bytes);

/// The bytes of a base64 text with its padding (RFC 4648, section 4), as strictly.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace aggregator::jose
