// The part of ClientCall that takes an answer and delivers it.
#include <utility>

#include <aggregator/base/assert.hpp>

#include "net/client_call.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using http::Piece;

/// Those whose Location is followed (RFC 9110 15.4).
bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

bool ClientCall::on_head(const AnswerHead& head, const http::Result<Piece>& first) {
    header_timer_.reset();
    continue_timer_.reset();
    answer_ = head;
    if (body_kind_ != Body::Streamed) {
        head_took_ = client_.pools_.context().loop.now() - host_asked_at_;
    }
    if (asked_ != nullptr) {
        asked_->status = head.status;
    }
    if (!first) {
        cut(first.error());
        return false;
    }
    if (is_redirect(head.status)) {
        if (const auto goes_on = redirect(first->state)) {
            return *goes_on;
        }
    }
    if (redirect_) {
        redirect_->drop_held();  // this answer is the one: the request is not sent again
        note_held();
    }
    if (first->state == Piece::State::End) {
        return take_whole(first->bytes);
    }
    if (client_.options_.answer == ClientOptions::Answer::Stream) {
        deliver_stream(first->bytes);
        return false;
    }
    return keep(first->bytes);
}

/// The body came with its head: it need not be copied.
bool ClientCall::take_whole(std::string_view body) {
    using Answer = ClientOptions::Answer;
    const Answer wanted = client_.options_.answer;
    if (body.size() > client_.options_.answer_bytes_max && wanted != Answer::Stream) {
        return keep(body);
    }
    body_bytes_ = wanted == Answer::Discard ? body.size() : 0;
    deliver(wanted == Answer::Discard ? std::string_view() : body, Ending::Finished);
    return false;
}

bool ClientCall::on_body(const Piece& piece) {
    if (is_reading_off()) {
        return read_off(piece);
    }
    if (!keep(piece.bytes)) {
        return false;
    }
    if (piece.state != Piece::State::End) {
        return true;
    }
    deliver(body_, Ending::Finished);
    return false;
}

void ClientCall::on_more() { stream_->wake(); }

bool ClientCall::keep(std::string_view bytes) {
    const std::uint64_t limit = client_.options_.answer_bytes_max;
    body_bytes_ += bytes.size();
    const std::uint64_t announced = answer_.length.value_or(0);
    if (std::max(body_bytes_, announced) > limit) {
        if (client_.options_.answer == ClientOptions::Answer::Discard) {
            deliver({}, Ending::Cancelled);  // what is dropped anyway need not be read
            return false;
        }
        cut({Code::AnswerTooLarge,
             origin().authority + " answered with more than " + std::to_string(limit) + " bytes"});
        return false;
    }
    if (client_.options_.answer == ClientOptions::Answer::Whole) {
        body_.reserve(announced);
        body_.append(bytes);
        note_held();
    }
    return true;
}

void ClientCall::end_exchange(Ending ending) {
    release();
    more_body_.reset();
    header_timer_.reset();
    continue_timer_.reset();
    if (source_ != nullptr) {
        source_->wake_with(nullptr);
    }
    source_ = nullptr;
    if (ending == Ending::Finished) {
        codec().finish();
    } else {
        codec().cancel();
    }
}

http::Response ClientCall::begin_response() {
    std::string_view target = request_.request().target;
    if (!origin().prefix.empty()) {
        answered_target_ = this->target();
        target = answered_target_;
    }
    http::Response response;
    response.status = answer_.status;
    response.headers = answer_.fields;
    response.from = {.tls = origin().tls, .authority = origin().authority, .target = target};
    return response;
}

void ClientCall::deliver(std::string_view body, Ending ending) {
    judge_answer();
    http::Response response = begin_response();
    response.body = body;
    response.dropped_bytes = body_bytes_;
    // The connection is free before its answer is looked at: the next request may take it at once.
    end_exchange(ending);
    AGG_ASSERT(done_);
    const auto done = std::move(done_);
    done(std::move(response));
}

void ClientCall::cut(const base::Error& error) {
    if (client_.options_.answer != ClientOptions::Answer::Whole || answer_.status == 0) {
        return fail(error);
    }
    judge_failure(error.code);
    http::Response response = begin_response();
    response.cut = error;
    end_exchange(Ending::Cancelled);
    const auto done = std::move(done_);
    done(std::move(response));
}

void ClientCall::deliver_stream(std::string_view first) {
    judge_head();
    auto stream = std::make_unique<AnswerStream>(*this, answer_.length);
    stream->begin_with(first);
    stream_ = stream.get();
    http::Response response = begin_response();
    response.stream = std::move(stream);
    codec().stream_rest();
    release();
    const auto done = std::move(done_);
    done(std::move(response));
}

http::Result<Piece> ClientCall::next_piece() {
    auto piece = codec().next_piece();
    if (!piece) {
        judge_failure(piece.error().code);
    } else if (piece->state == Piece::State::End) {
        judge_answer();
        end_exchange(Ending::Finished);
    }
    return piece;
}

void ClientCall::stream_gone() {
    stream_ = nullptr;
    if (codec().is_live()) {
        judge_answer();  // it began to answer, and nobody waited for the rest
        codec().cancel();
    }
}

AnswerStream::~AnswerStream() {
    if (call_ != nullptr) {
        call_->stream_gone();
    }
}

http::Result<Piece> AnswerStream::next() {
    if (!first_given_ && !first_.empty()) {
        first_given_ = true;
        return Piece{first_, Piece::State::More};
    }
    if (error_) {
        return base::fail(*error_);
    }
    if (call_ == nullptr || !call_->codec().is_live()) {
        return base::fail(Code::Closed, "the exchange was given up");
    }
    return call_->next_piece();
}

void AnswerStream::wake() {
    if (wake_) {
        const auto wake = wake_;  // it may destroy this stream
        wake();
    }
}

void AnswerStream::broke(const base::Error& error) {
    error_ = error;
    wake();
}

}  // namespace aggregator::net
