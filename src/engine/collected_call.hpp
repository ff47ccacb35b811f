#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include <aggregator/engine/workspace.hpp>
#include <aggregator/http/collect.hpp>
#include <aggregator/http/local_reply.hpp>

namespace aggregator::engine {

/// Makes a reply of a whole body.
using BodyAnswer = std::function<http::LocalReply(std::string_view body)>;

/// Answers a request once its whole body is there, or refuses a body that is longer than
/// `max_body_bytes`, broken, or later than the service's timeout.
[[nodiscard]] std::unique_ptr<http::Call> collect_body(Workspace& workspace,
                                                       const http::Request& request,
                                                       BodyAnswer answer, http::Done done);

}  // namespace aggregator::engine
