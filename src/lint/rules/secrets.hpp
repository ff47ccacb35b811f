#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <aggregator/json/document.hpp>

namespace aggregator::lint {

/// What kind of secret a text seems to be, as the subject of a sentence that does not repeat it; by
/// its own shape, or because of the key that it stands under. Empty if it is none: what is put in
/// its place later (`${NAME}`, `{{ name }}`) or says where it is (a path) is no secret.
[[nodiscard]] std::string describe_secret(std::string_view key, std::string_view value);

struct Secret {
    const json::Node* node;
    std::string what;  ///< see describe_secret
};

/// All that look like secrets in a file.
[[nodiscard]] std::vector<Secret> secrets_in(const json::Document& document);

/// Whether a line of a text that cannot be read seems to have a secret in it.
[[nodiscard]] bool shows_secret(std::string_view line);

}  // namespace aggregator::lint
