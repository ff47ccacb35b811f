#include "net/http1_exchange.hpp"

#include <string>
#include <utility>

#include "net/turn_share.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using http::Framing;
using http::Piece;

constexpr int kContinueStatus = 100;
constexpr int kSwitchingProtocols = 101;
constexpr int kFinalAnswer = 200;
constexpr unsigned kInterimAnswersMax = 16;  // in front of one final answer

/// POST, PUT and PATCH say so when they have no body.
bool says_empty(std::string_view method) {
    return method == "POST" || method == "PUT" || method == "PATCH";
}

Framing framing_of(const http::Request& request) {
    if (request.stream != nullptr) {
        const auto length = request.stream->length();
        return length ? Framing{Framing::Kind::Length, *length}
                      : Framing{Framing::Kind::Chunked, 0};
    }
    if (!request.body.empty() || says_empty(request.method)) {
        return {Framing::Kind::Length, request.body.size()};
    }
    return {};
}

}  // namespace

bool Http1Exchange::begin(Pool& pool, Pool::Wanted wanted, const RedirectGuard* guard) {
    pool_ = &pool;
    carry_.clear();
    interim_answers_ = 0;
    received_ = false;
    streamed_ = false;
    upstream_ = &pool.acquire(*this, wanted, guard);
    return upstream_->reused();
}

void Http1Exchange::send(const Outgoing& outgoing) {
    const http::Request& request = outgoing.request;
    const Framing framing = framing_of(request);
    framing_ = framing.kind;
    sent_ = request.stream == nullptr;
    to_head_ = request.method == "HEAD";
    expect_answer();
    std::string& out = pools_.rendered();
    out.clear();
    http::append_request_head(out, request,
                              {.authority = outgoing.authority,
                               .front = pool_->front(),
                               .prefix = outgoing.prefix,
                               .proxy_authorization = pool_->authorization(),
                               .close = !pools_.options().reuse,
                               .expect_continue = outgoing.expects_continue},
                              framing);
    const std::string_view body = sent_ ? request.body : outgoing.begun;
    if (framing.kind == Framing::Kind::Chunked && !body.empty()) {
        http::append_chunk(out, body);
    } else if (body.size() > kCopiedMax) {
        return upstream_->send_both(out, body);
    } else {
        out.append(body);
    }
    upstream_->send(out);
}

void Http1Exchange::send_piece(std::string_view bytes) {
    if (framing_ != Framing::Kind::Chunked) {
        return upstream_->send(bytes);
    }
    std::string& out = pools_.rendered();
    out.clear();
    http::append_chunk(out, bytes);
    upstream_->send(out);
}

void Http1Exchange::send_end() {
    sent_ = true;
    if (framing_ == Framing::Kind::Chunked) {
        upstream_->send(http::kLastChunk);
    }
}

void Http1Exchange::expect_answer() {
    if (to_head_) {
        parser().expect_no_body();
    }
}

void Http1Exchange::on_broken(const base::Error& error) {
    upstream_ = nullptr;
    more_input_.reset();
    user_.on_broken(error);
}

void Http1Exchange::on_readable() {
    if (streamed_) {
        return user_.on_more();
    }
    WireLoop& loop = pools_.context().loop;
    TurnShare share;
    while (upstream_->readable()) {
        if (share.is_used_up()) {
            return go_on_later(more_input_, loop, [this] { read_on(); });
        }
        const Io io = upstream_->read();
        if (io.state == Io::State::Wait) {
            return;
        }
        if (io.state == Io::State::Closed) {
            return input_ended();
        }
        if (io.state == Io::State::Failed) {
            return user_.on_lost(io.error);
        }
        received_ = true;
        share.take(io.bytes);
        if (!take({loop.scratch().data(), io.bytes})) {
            return;
        }
    }
}

void Http1Exchange::read_on() {
    if (upstream_ != nullptr && upstream_->readable()) {
        on_readable();
    }
}

void Http1Exchange::input_ended() {
    if (received_ && parser().end_of_input()) {
        return void(user_.on_body({{}, Piece::State::End}));
    }
    user_.on_lost(
        {Code::Closed, authority() + " closed the connection before its answer was whole"});
}

bool Http1Exchange::take(std::string_view input) {
    if (!parser().head_done()) {
        return take_head(input);
    }
    const auto piece = piece_from(input);
    return piece ? user_.on_body(*piece) : lose(piece.error());
}

bool Http1Exchange::take_head(std::string_view input) {
    if (!carry_.empty()) {
        input = carry_.append(input);
    }
    std::size_t begin = 0;
    for (;;) {
        const auto step = parser().step(input.substr(begin));
        if (!step) {
            return lose(step.error());
        }
        if (!parser().head_done()) {
            // What is kept already stays where it is: a head that drips in is not copied each time.
            carry_.empty() ? void(carry_.assign(input.substr(begin)))
                           : void(carry_.erase(0, begin));
            user_.on_held();
            return true;
        }
        const std::string_view head = input.substr(begin, step->consumed);
        begin += step->consumed;
        if (parser().status() >= kFinalAnswer) {
            return take_first(head, input.substr(begin));
        }
        if (!drop_interim()) {
            return false;
        }
    }
}

bool Http1Exchange::drop_interim() {
    const int status = parser().status();
    if (status == kSwitchingProtocols) {
        return lose({Code::BadResponse, authority() + " switched protocols unasked"});
    }
    if (++interim_answers_ > kInterimAnswersMax) {
        return lose({Code::BadResponse, authority() + " sent more than " +
                                            std::to_string(kInterimAnswersMax) +
                                            " interim answers"});
    }
    parser().reset();
    expect_answer();
    if (status == kContinueStatus) {
        user_.on_continue();
    }
    return true;
}

bool Http1Exchange::take_first(std::string_view head, std::string_view rest) {
    const auto first = piece_from(rest);
    if (first && first->state != Piece::State::End) {
        // More is to come, and the head stands in memory that the next read will use.
        head_.assign(head);
        parser().move_head(head_);
    }
    const AnswerHead answer{.status = parser().status(),
                            .fields = parser().fields(),
                            .length = parser().content_length()};
    if (!user_.on_head(answer, first)) {
        return false;
    }
    std::string().swap(carry_);
    return true;
}

bool Http1Exchange::lose(const base::Error& error) {
    user_.on_lost(error);
    return false;
}

http::Result<Piece> Http1Exchange::piece_from(std::string_view input) {
    const auto batch = http::take_body(parser(), input, gathered_);
    if (!batch) {
        return base::fail(batch.error());
    }
    ragged_ = batch->consumed < input.size();
    return Piece{batch->bytes, parser().complete() ? Piece::State::End : Piece::State::More};
}

void Http1Exchange::stream_rest() {
    streamed_ = true;
    std::string().swap(carry_);
}

http::Result<Piece> Http1Exchange::next_piece() {
    for (;;) {
        const Io io = upstream_->read();
        if (io.state == Io::State::Wait) {
            return Piece{};
        }
        if (io.state == Io::State::Failed) {
            return base::fail(io.error);
        }
        if (io.state == Io::State::Closed) {
            const auto ended = parser().end_of_input();
            return ended ? http::Result<Piece>(Piece{{}, Piece::State::End})
                         : base::fail(ended.error());
        }
        auto piece = piece_from({pools_.context().loop.scratch().data(), io.bytes});
        if (!piece || piece->state == Piece::State::End || !piece->bytes.empty()) {
            return piece;
        }
    }
}

Upstream& Http1Exchange::leave() {
    more_input_.reset();
    return *std::exchange(upstream_, nullptr);
}

void Http1Exchange::finish() {
    if (upstream_ == nullptr) {
        return;
    }
    const bool whole = sent_ && !ragged_ && parser().complete() && parser().keep_alive();
    Upstream& upstream = leave();
    if (whole) {
        upstream.release();
    } else {
        upstream.close();
    }
}

}  // namespace aggregator::net
