#pragma once

#include <string>
#include <string_view>

namespace aggregator::lint {

/// What kind of secret a text seems to be, as the subject of a sentence that does not repeat it; by
/// its own shape, or because of the key that it stands under. Empty if it is none: what is put in
/// its place later (`${NAME}`, `{{ name }}`) or says where it is (a path) is no secret.
[[nodiscard]] std::string describe_secret(std::string_view key, std::string_view value);

}  // namespace aggregator::lint
