#include <aggregator/cache/recording.hpp>

#include <utility>

namespace aggregator::cache {

using http::Piece;

Recording::Recording(base::Loop& loop, std::unique_ptr<http::BodyStream> inner, Options options)
    : Holding(loop.held()),
      inner_(std::move(inner)),
      options_(std::move(options)),
      length_(inner_->length()),
      start_(loop, [this] { pump(); }) {
    inner_->wake_with([this] { pump(); });
    start_.start({});
}

http::Result<Piece> Recording::next() {
    waits_ = false;
    if (position_ < end()) {
        const std::string_view rest = std::string_view(*kept_).substr(position_);
        position_ = end();
        return Piece{rest, ended_ && !error_ ? Piece::State::End : Piece::State::More};
    }
    if (error_) {
        return base::fail(*error_);
    }
    if (ended_) {
        return Piece{{}, Piece::State::End};
    }
    if (state_ == State::Passing) {
        release();
        kept_.reset();
        position_ = 0;
        auto piece = inner_->next();
        ended_ = piece && piece->state == Piece::State::End;
        if (!piece) {
            error_ = piece.error();
        }
        return piece;
    }
    waits_ = true;
    return Piece{{}, Piece::State::Wait};
}

void Recording::wake_with(std::function<void()> wake) { wake_ = std::move(wake); }

void Recording::pump() {
    while (state_ == State::Recording && !ended_ && !error_) {
        const auto piece = inner_->next();
        if (!piece) {
            error_ = piece.error();
            conclude(nullptr);
            break;
        }
        take(*piece);
        if (piece->state == Piece::State::Wait) {
            break;
        }
    }
    wake_reader();
}

void Recording::take(const Piece& piece) {
    kept_->append(piece.bytes);
    ended_ = piece.state == Piece::State::End;
    if (kept_->size() > options_.bytes_max || length_.value_or(0) > options_.bytes_max) {
        state_ = State::Passing;
        return conclude(nullptr);
    }
    if (ended_) {
        return conclude(kept_);
    }
    if (!piece.bytes.empty()) {
        hold(base::HeldKind::Body, kept_->size());
    }
}

void Recording::conclude(std::shared_ptr<const std::string> body) {
    if (state_ == State::Recording) {
        state_ = State::Ended;
    }
    if (body != nullptr || ended_) {
        release();
    }
    if (const Done done = std::exchange(options_.done, {})) {
        done(std::move(body));
    }
}

void Recording::wake_reader() {
    const bool more = position_ < end() || ended_ || error_ || state_ == State::Passing;
    if (waits_ && more && wake_) {
        waits_ = false;
        const std::function<void()> wake = wake_;
        wake();
    } else if (state_ == State::Passing && wake_) {
        const std::function<void()> wake = wake_;
        wake();
    }
}

// What the reader has not seen is lost with it.
void Recording::give_up(base::HeldKind) {
    if (position_ < end()) {
        error_ = base::Error{base::Code::MemoryFull, "the memory for bodies is used up"};
    }
    kept_.reset();
    position_ = 0;
    state_ = State::Passing;
    waits_ = true;
    if (const Done done = std::exchange(options_.done, {})) {
        done(nullptr);
    }
    wake_reader();
}

}  // namespace aggregator::cache
