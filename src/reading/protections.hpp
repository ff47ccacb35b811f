#pragma once

#include <string>
#include <string_view>

/// Names that say of themselves that they protect, such as `rate_limit` or `jwt`, whatever the
/// program may call what was meant.
namespace aggregator::reading {

struct Protection {
    std::string_view word;     ///< letters and digits alone
    std::string_view meant;    ///< the component that does it; empty: there is none
    std::string_view without;  ///< as KnownComponent::without
};

/// What one of the words of a name, or two neighbours together, say that it protects; null:
/// nothing. One letter of a long word may be wrong.
[[nodiscard]] const Protection* protection_in(std::string_view name);

/// The letters and digits of a name, in lower case: `auth_validator` and `auth/validator` are one.
[[nodiscard]] std::string folded(std::string_view name);

}  // namespace aggregator::reading
