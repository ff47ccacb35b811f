#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <aggregator/http/parser.hpp>

namespace aggregator::http {

/// The body bytes that one input held.
struct Batch {
    std::size_t consumed =
        0;  ///< of the input; what is left must be offered again with more behind it
    std::string_view
        bytes;  ///< a view into the input if they lie in one piece there, else into `store`
};

/// Takes every piece of the body that `input` holds, after the head. `store` is emptied and used
/// when the pieces do not lie side by side.
[[nodiscard]] Result<Batch> take_body(Parser& parser, std::string_view input, std::string& store);

/// A target in absolute form, taken apart (RFC 9112 3.2.2).
struct Target {
    std::string_view host;    ///< empty if the target was in origin form
    std::string_view target;  ///< origin form, or `*`
};
[[nodiscard]] Target split_target(std::string_view target);

/// Whether each `%` of a target's path is followed by two hexadecimal digits (RFC 3986 2.1).
[[nodiscard]] bool has_sound_escapes(std::string_view target);

/// Whether a Host header's value can be one (RFC 9110 7.2); an empty one is allowed.
[[nodiscard]] bool is_host(std::string_view text);

}  // namespace aggregator::http
