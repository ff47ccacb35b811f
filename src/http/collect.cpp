#include <aggregator/http/collect.hpp>

#include <algorithm>
#include <utility>

namespace aggregator::http {

Collect::Collect(base::Loop& loop, const Request& request, const Limits& limits, Done done)
    : Holding(loop.held()),
      stream_(request.stream),
      body_(request.body),
      bytes_max_(limits.bytes_max),
      done_(std::move(done)),
      start_(loop, [this] { begin(); }),
      deadline_(loop, [this] {
          finish(base::fail(Code::RequestTimeout, "the body did not come in time"));
      }) {
    start_.start({});
    deadline_.start(limits.patience);
}

Collect::~Collect() { let_go(); }

void Collect::begin() {
    if (is_too_long()) {
        return refuse_length();
    }
    if (stream_ == nullptr) {
        return finish(std::move(body_));
    }
    stream_->wake_with([this] { pump(); });
    pump();
}

void Collect::pump() {
    for (;;) {
        const auto piece = stream_->next();
        if (!piece) {
            return finish(base::fail(piece.error()));
        }
        body_ += piece->bytes;
        if (!piece->bytes.empty()) {
            hold(base::HeldKind::Body, body_.size());
        }
        if (is_too_long()) {
            return refuse_length();
        }
        if (piece->state == Piece::State::End) {
            return finish(std::move(body_));
        }
        if (piece->state == Piece::State::Wait) {
            return;
        }
    }
}

bool Collect::is_too_long() const {
    const std::uint64_t declared = stream_ == nullptr ? 0 : stream_->length().value_or(0);
    return std::max<std::uint64_t>(declared, body_.size()) > bytes_max_;
}

void Collect::refuse_length() {
    finish(base::fail(Code::BodyTooLarge, "the body is above the limit"));
}

void Collect::give_up(base::HeldKind) {
    finish(base::fail(Code::MemoryFull, "the memory for bodies is used up"));
}

void Collect::finish(Result<std::string> outcome) {
    release();
    let_go();
    start_.stop();
    deadline_.stop();
    // Whoever gets the outcome may destroy this.
    const Done done = std::move(done_);
    done(std::move(outcome));
}

void Collect::let_go() {
    if (stream_ != nullptr) {
        std::exchange(stream_, nullptr)->wake_with({});
    }
}

}  // namespace aggregator::http
