#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <aggregator/http/parser.hpp>

namespace aggregator::http {

/// The body bytes that one input held.
struct Batch {
    /// Of the input: all of it, unless the body is complete and other bytes stand behind it.
    std::size_t consumed = 0;
    /// A view into the input if they lie in one piece there, else into `store`.
    std::string_view bytes;
};

/// Takes every piece of the body that `input` holds, after the head. `store` is emptied and used
/// when the pieces do not lie side by side.
[[nodiscard]] Result<Batch> take_body(Parser& parser, std::string_view input, std::string& store);

}  // namespace aggregator::http
