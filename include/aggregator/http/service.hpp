#pragma once

#include <functional>
#include <memory>

#include <aggregator/http/message.hpp>

namespace aggregator::http {

/// Receives the answer of one exchange. Forward to a named step in at most three lines; what is
/// called may destroy the caller's Call.
using Done = std::function<void(Result<Response>)>;

/// One exchange in flight. Destroying it cancels it: its Done then never runs. A response whose
/// body is a stream is still in flight after its Done: whoever got it keeps the Call, and the
/// Request's stream, until that body has ended or was destroyed. The server keeps a Call until the
/// reply is written or the client has gone.
class Call {
public:
    virtual ~Call() = default;

    /// The answer that this call brought could not be used, and that is its sender's fault: it
    /// cannot be read, or is too large. For whoever keeps count of a backend's failures; to be
    /// called before the Call is destroyed.
    virtual void reject_answer() {}
};

/// Anything that answers a request: the router, an endpoint, a backend, a fake.
class Service {
public:
    virtual ~Service() = default;

    /// Starts one exchange. `done` runs at most once, on the loop's thread, and never before call()
    /// returned.
    [[nodiscard]] virtual std::unique_ptr<Call> call(const Request& request, Done done) = 0;
};

/// A call whose outcome is known already: `done` runs with the error in a later turn of the loop.
[[nodiscard]] std::unique_ptr<Call> fail_later(base::Loop& loop, Error error, Done done);

}  // namespace aggregator::http
