#pragma once

#include <string>
#include <string_view>

#include <aggregator/base/error.hpp>
#include <aggregator/base/loop.hpp>

namespace aggregator::components {

/// What a token server granted (RFC 6749, section 5.1).
struct GrantedToken {
    std::string authorization;  ///< `Bearer ` and the token
    base::Duration lifetime{};
};

/// Reads the body of an answer with status 200. The failure never repeats what was read.
[[nodiscard]] base::Result<GrantedToken> read_granted_token(std::string_view body);

/// Appends a name and its value to a form (`application/x-www-form-urlencoded`).
void append_form(std::string& form, std::string_view name, std::string_view value);

/// Encodes a text as the value of a form is.
[[nodiscard]] std::string form_encoded(std::string_view text);

}  // namespace aggregator::components
