#pragma once

#include <memory>

#include <aggregator/engine/workspace.hpp>
#include <aggregator/http/service.hpp>

namespace aggregator::engine {

/// Asks one backend several times at once (`concurrent_calls`): the first good answer counts and
/// ends the other calls. An answer is good if it can be read and lacks nothing; a no-op backend's
/// always is. If none is, the last answer counts, or the last failure if there was no answer. An
/// answer that takes more work than `max_answer_work` is a failure, AnswerTooCostly.
///
/// A streamed body goes to every call through a Tee, up to `max_body_bytes`.
class Race final : public http::Service {
public:
    /// Both are borrowed.
    Race(Workspace& workspace, const plan::Backend& backend, http::Service& inner);

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

private:
    Workspace& workspace_;
    const plan::Backend& backend_;
    http::Service& inner_;
};

}  // namespace aggregator::engine
