#include "engine/collected_call.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace aggregator::engine {

namespace {

using base::Code;
using http::Piece;

}  // namespace

CollectedCall::CollectedCall(Workspace& workspace, const http::Request& request, Answer answer,
                             http::Done done)
    : workspace_(workspace),
      stream_(request.stream),
      record_(request.record),
      body_(request.body),
      answer_(std::move(answer)),
      done_(std::move(done)),
      start_(workspace.loop(), [this] { begin(); }),
      deadline_(workspace.loop(), [this] {
          refuse({Code::RequestTimeout, "the body did not come within the service's timeout"});
      }) {
    start_.start({});
    deadline_.start(workspace.plan().service.timeout);
}

CollectedCall::~CollectedCall() { let_go(); }

void CollectedCall::begin() {
    if (is_too_long()) {
        return refuse({Code::BodyTooLarge, "the body is above the limit"});
    }
    if (stream_ == nullptr) {
        return finish(answer_(body_));
    }
    stream_->wake_with([this] { pump(); });
    pump();
}

void CollectedCall::pump() {
    for (;;) {
        const auto piece = stream_->next();
        if (!piece) {
            return refuse(piece.error());
        }
        body_ += piece->bytes;
        if (is_too_long()) {
            return refuse({Code::BodyTooLarge, "the body is above the limit"});
        }
        if (piece->state == Piece::State::End) {
            return finish(answer_(body_));
        }
        if (piece->state == Piece::State::Wait) {
            return;
        }
    }
}

bool CollectedCall::is_too_long() const {
    const std::uint64_t declared = stream_ == nullptr ? 0 : stream_->length().value_or(0);
    return std::max<std::uint64_t>(declared, body_.size()) >
           workspace_.plan().service.router.max_body_bytes;
}

void CollectedCall::refuse(const base::Error& error) {
    const int status = base::row(error.code).status;
    finish(refusal(workspace_, record_, error.code, std::to_string(status) + ' ' + error.detail));
}

void CollectedCall::finish(LocalReply reply) {
    let_go();
    start_.stop();
    deadline_.stop();
    // Whoever gets the reply may destroy this call.
    give(reply, std::exchange(done_, {}));
}

void CollectedCall::let_go() {
    if (stream_ != nullptr) {
        std::exchange(stream_, nullptr)->wake_with({});
    }
}

std::unique_ptr<http::Call> collect_body(Workspace& workspace, const http::Request& request,
                                         CollectedCall::Answer answer, http::Done done) {
    return std::make_unique<CollectedCall>(workspace, request, std::move(answer), std::move(done));
}

}  // namespace aggregator::engine
