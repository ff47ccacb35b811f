#include "engine/collected_call.hpp"

#include <string>
#include <utility>

namespace aggregator::engine {

namespace {

class CollectedCall final : public http::Call {
public:
    CollectedCall(Workspace& workspace, const http::Request& request, BodyAnswer answer,
                  http::Done done)
        : workspace_(workspace),
          answer_(std::move(answer)),
          done_(std::move(done)),
          collect_(workspace.loop(), request,
                   {.bytes_max = workspace.plan().service.router.max_body_bytes,
                    .patience = workspace.plan().service.timeout},
                   [this](auto body) { finish(body); }) {
        told_.record = request.record;
        told_.id = request.id;
    }

private:
    void finish(const http::Result<std::string>& body) {
        const http::LocalReply reply = body ? answer_(*body) : refuse(body.error());
        // Whoever gets the reply may destroy this call.
        const http::Done done = std::move(done_);
        http::give(reply, done);
    }

    [[nodiscard]] http::LocalReply refuse(const base::Error& error) {
        const int status = base::row(error.code).status;
        return workspace_.refuse(told_, error.code, std::to_string(status) + ' ' + error.detail);
    }

    Workspace& workspace_;
    http::Request told_;  // what of the request lives on: its record and its id
    BodyAnswer answer_;
    http::Done done_;
    http::Collect collect_;
};

}  // namespace

std::unique_ptr<http::Call> collect_body(Workspace& workspace, const http::Request& request,
                                         BodyAnswer answer, http::Done done) {
    return std::make_unique<CollectedCall>(workspace, request, std::move(answer), std::move(done));
}

}  // namespace aggregator::engine
