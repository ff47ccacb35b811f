#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <aggregator/http/message.hpp>
#include <aggregator/plan/plan.hpp>

#include "engine/part.hpp"
#include "engine/shape.hpp"
#include "engine/work.hpp"

namespace aggregator::engine {

/// An answer with a status that is a failure, as far as the client may see it.
struct Refusal {
    int status = 0;    ///< 0: the backend's failures are not shown
    std::string body;  ///< without any coding
    std::string type;  ///< Content-Type; may be empty
};

/// What one answer is read into.
struct Reading {
    Part& part;
    Refusal& refusal;
    Shaper& shaper;
    Resources resources;
    std::string& plain;  ///< the body where it had to be decompressed; the part may view it
    std::uint64_t bytes_max;
};

/// Undoes the gzip of a body as http::gunzip() does it, or fails with AnswerTooCostly.
[[nodiscard]] base::Result<std::string> inflate(std::string_view body, std::uint64_t bytes_max,
                                                const Resources& with);

/// Whether an answer of that status is one.
[[nodiscard]] bool is_success(int status);

/// Reads a backend's answer into its part: status, coding, encoding, shape. A status other than 200
/// and 201 is a BadStatus, unless the backend tells details of its failures: then they are the
/// part, which is incomplete. An answer that was cut fails with what cut it, unless its status is a
/// failure already; that is then shown without a body. One that takes too much work fails with
/// AnswerTooCostly. A no-op backend's answer is never looked
/// into.
[[nodiscard]] base::Result<void> read_answer(const plan::Backend& backend,
                                             const http::Response& answer, const Reading& into);

}  // namespace aggregator::engine
