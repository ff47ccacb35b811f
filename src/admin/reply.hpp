#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/http/local_reply.hpp>

namespace aggregator::admin {

/// An answer of the management interface.
using Reply = http::LocalReply;

/// Receives the answer, once. May run after the client has gone, to no effect.
using Answer = std::function<void(Reply)>;

[[nodiscard]] Reply json_reply(int status, std::string body);

/// What a request can be refused for.
enum class ProblemKind : std::uint8_t {
    BadRequest,
    BadBody,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    RequestTimeout,
    Conflict,
    PreconditionFailed,
    BodyTooLarge,
    UnsupportedMediaType,
    TooManyRequests,
    StateNotWritten,
    NotReady,
};

/// What is wrong with one value of a body.
struct Fault {
    std::string pointer;    ///< RFC 6901
    std::string detail;     ///< what was expected, and what was found
    std::string hint = {};  ///< what was probably meant; may be empty
};

/// A problem document (RFC 9457). `instance` is the path that was asked for.
[[nodiscard]] Reply problem(ProblemKind kind, std::string_view detail, std::string_view instance,
                            const std::vector<Fault>& faults = {});

/// The kind of a body that could not be read.
[[nodiscard]] ProblemKind trouble_of(base::Code code);

/// Gives the reply with what every one of this interface says besides. Neither may be what `done`
/// destroys.
void give_unstored(Reply reply, const http::Done& done);

}  // namespace aggregator::admin
