// The half of ClientCall that reads.
#include <utility>

#include <aggregator/base/assert.hpp>

#include "net/client_call.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using http::Piece;

constexpr int kContinueStatus = 100;
constexpr int kSwitchingProtocols = 101;
constexpr int kFinalAnswer = 200;
constexpr unsigned kInterimAnswersMax = 16;  // in front of one final answer

/// Those whose Location is followed (RFC 9110 15.4).
bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

bool ClientCall::take(std::string_view input) {
    return parser().head_done() ? take_more(input) : take_head(input);
}

bool ClientCall::take_head(std::string_view input) {
    if (!carry_.empty()) {
        input = carry_.append(input);
    }
    std::size_t begin = 0;
    for (;;) {
        const auto step = parser().step(input.substr(begin));
        if (!step) {
            fail(step.error());
            return false;
        }
        if (!parser().head_done()) {
            // What is kept already stays where it is: a head that drips in is not copied each time.
            if (carry_.empty()) {
                carry_.assign(input.substr(begin));
            } else {
                carry_.erase(0, begin);
            }
            note_held();
            return true;
        }
        const std::string_view head = input.substr(begin, step->consumed);
        begin += step->consumed;
        if (parser().status() >= kFinalAnswer) {
            return take_first(head, input.substr(begin));
        }
        if (!pass_interim()) {
            return false;
        }
    }
}

bool ClientCall::pass_interim() {
    if (parser().status() == kSwitchingProtocols) {
        fail({Code::BadResponse, origin().authority + " switched protocols unasked"});
        return false;
    }
    if (++interim_answers_ > kInterimAnswersMax) {
        fail({Code::BadResponse, origin().authority + " sent more than " +
                                     std::to_string(kInterimAnswersMax) + " interim answers"});
        return false;
    }
    const bool body_is_wanted = parser().status() == kContinueStatus && continue_timer_ != nullptr;
    parser().reset();
    if (head_request_) {
        parser().expect_no_body();
    }
    if (body_is_wanted) {
        // Not now: the body would be read into the memory that is being parsed.
        continue_timer_->start(base::Duration::zero());
    }
    return true;
}

bool ClientCall::take_first(std::string_view head, std::string_view rest) {
    header_timer_.reset();
    continue_timer_.reset();
    if (asked_ != nullptr) {
        asked_->status = parser().status();
    }
    const auto batch = batch_from(rest);
    if (!batch) {
        cut(batch.error());
        return false;
    }
    if (is_redirect(parser().status())) {
        if (const auto goes_on = redirect()) {
            return *goes_on;
        }
    }
    if (redirect_) {
        redirect_->drop_held();  // this answer is the one: the request is not sent again
        note_held();
    }
    if (parser().complete()) {
        if (batch->bytes.size() > client_.options_.answer_bytes_max &&
            client_.options_.answer != ClientOptions::Answer::Stream) {
            return keep(batch->bytes);
        }
        const bool dropped = client_.options_.answer == ClientOptions::Answer::Discard;
        body_bytes_ = dropped ? batch->bytes.size() : 0;
        deliver(dropped ? std::string_view() : batch->bytes, ending());
        return false;
    }
    // More is to come, and the head stands in memory that the next read will use.
    head_.assign(head);
    parser().move_head(head_);
    if (client_.options_.answer == ClientOptions::Answer::Stream) {
        deliver_stream(batch->bytes);
        return false;
    }
    return keep(batch->bytes);
}

http::Result<http::Batch> ClientCall::batch_from(std::string_view input) {
    auto batch = http::take_body(parser(), input, gathered_);
    if (batch) {
        ragged_ = batch->consumed < input.size();
    }
    return batch;
}

bool ClientCall::take_more(std::string_view input) {
    if (is_reading_off()) {
        return read_off(input);
    }
    const auto batch = batch_from(input);
    if (!batch) {
        cut(batch.error());
        return false;
    }
    if (!keep(batch->bytes)) {
        return false;
    }
    if (!parser().complete()) {
        return true;
    }
    deliver(body_, ending());
    return false;
}

bool ClientCall::keep(std::string_view bytes) {
    const std::uint64_t limit = client_.options_.answer_bytes_max;
    body_bytes_ += bytes.size();
    const std::uint64_t announced = parser().content_length().value_or(0);
    if (std::max(body_bytes_, announced) > limit) {
        if (client_.options_.answer == ClientOptions::Answer::Discard) {
            deliver({}, Ending::Ragged);  // what is dropped anyway need not be read
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

void ClientCall::give_back(Ending ending) {
    release();
    more_body_.reset();
    more_input_.reset();
    header_timer_.reset();
    continue_timer_.reset();
    if (source_ != nullptr) {
        source_->wake_with(nullptr);
    }
    const bool sent = source_ == nullptr;
    source_ = nullptr;
    if (Upstream* upstream = std::exchange(upstream_, nullptr)) {
        const bool reusable = ending == Ending::Clean && sent && upstream->parser().keep_alive();
        if (reusable) {
            upstream->release();
        } else {
            upstream->close();
        }
    }
}

http::Response ClientCall::begin_response() {
    std::string_view target = request_.request().target;
    if (!origin().prefix.empty()) {
        answered_target_ = this->target();
        target = answered_target_;
    }
    http::Response response;
    response.status = parser().status();
    response.headers = parser().fields();
    response.from = {.tls = origin().tls, .authority = origin().authority, .target = target};
    return response;
}

void ClientCall::deliver(std::string_view body, Ending ending) {
    judge_answer();
    http::Response response = begin_response();
    response.body = body;
    response.dropped_bytes = body_bytes_;
    // The connection is free before its answer is looked at: the next request may take it at once.
    give_back(ending);
    AGG_ASSERT(done_);
    const auto done = std::move(done_);
    done(std::move(response));
}

void ClientCall::cut(const base::Error& error) {
    const bool told = client_.options_.answer == ClientOptions::Answer::Whole &&
                      upstream_ != nullptr && parser().head_done() &&
                      parser().status() >= kFinalAnswer;
    if (!told) {
        return fail(error);
    }
    judge_failure(error.code);
    http::Response response = begin_response();
    response.cut = error;
    give_back(Ending::Ragged);
    const auto done = std::move(done_);
    done(std::move(response));
}

void ClientCall::deliver_stream(std::string_view first) {
    judge_head();
    auto stream = std::make_unique<AnswerStream>(*this, parser().content_length());
    stream->begin_with(first);
    stream_ = stream.get();
    http::Response response = begin_response();
    response.stream = std::move(stream);
    std::string().swap(carry_);
    release();
    const auto done = std::move(done_);
    done(std::move(response));
}

http::Result<Piece> ClientCall::next_piece() {
    for (;;) {
        const Io io = upstream_->read();
        if (io.state == Io::State::Wait) {
            return Piece{};
        }
        if (io.state == Io::State::Failed) {
            return broken_piece(io.error);
        }
        if (io.state == Io::State::Closed) {
            const auto ended = parser().end_of_input();
            if (!ended) {
                return broken_piece(ended.error());
            }
            judge_answer();
            give_back(Ending::Ragged);
            return Piece{{}, Piece::State::End};
        }
        const auto batch = batch_from({client_.pools_.context().loop.scratch().data(), io.bytes});
        if (!batch) {
            return broken_piece(batch.error());
        }
        if (parser().complete()) {
            judge_answer();
            give_back(ending());
            return Piece{batch->bytes, Piece::State::End};
        }
        if (!batch->bytes.empty()) {
            return Piece{batch->bytes, Piece::State::More};
        }
    }
}

http::Result<Piece> ClientCall::broken_piece(const base::Error& error) {
    judge_failure(error.code);
    return base::fail(error);
}

void ClientCall::stream_gone() {
    stream_ = nullptr;
    if (upstream_ != nullptr) {
        judge_answer();  // it began to answer, and nobody waited for the rest
        std::exchange(upstream_, nullptr)->close();
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
    if (call_ == nullptr || call_->upstream_ == nullptr) {
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
