#include "admin/answering_call.hpp"

#include <algorithm>
#include <utility>

namespace aggregator::admin {

AnsweringCall::AnsweringCall(base::Loop& loop, Start start, http::Done done)
    : asked_(std::move(start.asked)),
      stream_(start.stream),
      work_(std::move(start.work)),
      open_(std::make_shared<Open>(Open{std::move(done)})),
      start_(loop, [this] { begin(); }),
      patience_(loop, [this] { give_up(); }) {
    start_.start({});
    patience_.start(kPatience);
}

AnsweringCall::~AnsweringCall() {
    open_->done = {};
    let_go();
}

void AnsweringCall::begin() {
    if (is_too_long()) {
        return refuse(Trouble::BodyTooLarge, "a body has at most 64 KiB here");
    }
    if (stream_ == nullptr) {
        return work();
    }
    stream_->wake_with([this] { pump(); });
    pump();
}

void AnsweringCall::pump() {
    for (;;) {
        const auto piece = stream_->next();
        if (!piece) {
            stream_ = nullptr;
            return refuse(trouble_of(piece.error().code), piece.error().detail);
        }
        asked_.body += piece->bytes;
        if (is_too_long()) {
            return refuse(Trouble::BodyTooLarge, "a body has at most 64 KiB here");
        }
        if (piece->state == http::Piece::State::End) {
            let_go();
            return work();
        }
        if (piece->state == http::Piece::State::Wait) {
            return;
        }
    }
}

bool AnsweringCall::is_too_long() const {
    const std::uint64_t declared = stream_ == nullptr ? 0 : stream_->length().value_or(0);
    return std::max<std::uint64_t>(declared, asked_.body.size()) > kBodyBytesMax;
}

void AnsweringCall::work() {
    // An answer may destroy this call at once.
    const Work work = std::move(work_);
    const Asked asked = asked_;
    work(asked, [open = open_](const Reply& reply) {
        if (const http::Done done = std::exchange(open->done, {})) {
            give(reply, done);
        }
    });
}

void AnsweringCall::give_up() {
    if (stream_ != nullptr) {
        return refuse(Trouble::RequestTimeout, "the body did not come within ten seconds");
    }
    refuse(Trouble::NotReady, "the workers did not answer within ten seconds");
}

void AnsweringCall::refuse(Trouble trouble, std::string_view detail) {
    let_go();
    start_.stop();
    patience_.stop();
    const Reply reply = problem(trouble, detail, asked_.path);
    if (const http::Done done = std::exchange(open_->done, {})) {
        give(reply, done);
    }
}

void AnsweringCall::let_go() {
    if (stream_ != nullptr) {
        std::exchange(stream_, nullptr)->wake_with({});
    }
}

}  // namespace aggregator::admin
