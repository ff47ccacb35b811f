#include "engine/deadline_stream.hpp"

#include <utility>

namespace aggregator::engine {

using http::Piece;

DeadlineStream::DeadlineStream(base::Loop& loop, base::Time deadline, Inner inner)
    : inner_(std::move(inner)),
      length_(inner_.stream->length()),
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
    auto piece = inner_.stream->next();
    waits_ = piece && piece->state == Piece::State::Wait;
    if (!piece || piece->state == Piece::State::End) {
        timer_.stop();
    }
    return piece;
}

void DeadlineStream::wake_with(std::function<void()> wake) {
    wake_ = std::move(wake);
    if (inner_.stream) {
        inner_.stream->wake_with(wake_);
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
    inner_.stream.reset();
    inner_.call.reset();
    if (waits_ && wake_) {
        const std::function<void()> wake = wake_;
        wake();
    }
}

}  // namespace aggregator::engine
