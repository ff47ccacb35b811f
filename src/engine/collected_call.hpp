#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <aggregator/engine/workspace.hpp>
#include <aggregator/http/service.hpp>

#include "engine/local_reply.hpp"

namespace aggregator::engine {

/// A request that is answered once its whole body is there: with what `answer` makes of it, or with
/// the refusal of a body that is longer than `max_body_bytes`, broken, or later than the service's
/// timeout.
class CollectedCall final : public http::Call {
public:
    using Answer = std::function<LocalReply(std::string_view body)>;

    CollectedCall(Workspace& workspace, const http::Request& request, Answer answer,
                  http::Done done);
    ~CollectedCall() override;
    CollectedCall(const CollectedCall&) = delete;
    CollectedCall& operator=(const CollectedCall&) = delete;

private:
    void begin();
    void pump();
    [[nodiscard]] bool is_too_long() const;
    void refuse(const base::Error& error);
    void finish(LocalReply reply);
    void let_go();

    Workspace& workspace_;
    http::BodyStream* stream_;  ///< null once it is not asked any more
    http::AccessRecord* record_;
    std::string body_;
    Answer answer_;
    http::Done done_;
    base::Timer start_;
    base::Timer deadline_;
};

[[nodiscard]] std::unique_ptr<http::Call> collect_body(Workspace& workspace,
                                                       const http::Request& request,
                                                       CollectedCall::Answer answer,
                                                       http::Done done);

}  // namespace aggregator::engine
