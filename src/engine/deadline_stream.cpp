#include "engine/deadline_stream.hpp"

#include <utility>

namespace aggregator::engine {

using http::Piece;

DeadlineStream::DeadlineStream(base::Loop& loop, base::Time deadline, Origin origin)
    : origin_(std::move(origin)),
      length_(origin_.stream->length()),
      left_(deadline - loop.now()),
      timer_(loop, [this] { expire(); }) {
    timer_.start_at(deadline);
}

http::Result<Piece> DeadlineStream::next() {
    waits_ = false;
    begin();
    if (expired_) {
        return base::fail(base::Code::Timeout, "the deadline passed within the answer's body");
    }
    auto piece = origin_.stream->next();
    waits_ = piece && piece->state == Piece::State::Wait;
    if (!piece || piece->state == Piece::State::End) {
        timer_.stop();
    }
    return piece;
}

void DeadlineStream::wake_with(std::function<void()> wake) {
    wake_ = std::move(wake);
    if (origin_.stream) {
        origin_.stream->wake_with(wake_);
    }
}

void DeadlineStream::begin() {
    if (left_ && !expired_) {
        timer_.start(*left_);
    }
    left_.reset();
}

void DeadlineStream::expire() {
    if (left_ && !once_more_) {
        once_more_ = true;
        return timer_.start(*left_);
    }
    expired_ = true;
    // Whether or not the reader ever asks again: its client may have stopped reading.
    origin_.stream.reset();
    origin_.call.reset();
    if (waits_ && wake_) {
        const std::function<void()> wake = wake_;
        wake();
    }
}

}  // namespace aggregator::engine
