// The part of Http1Connection that reads a request's body.
#include <string>
#include <utility>

#include <aggregator/base/text.hpp>

#include "net/http1_connection.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using http::Piece;

constexpr std::string_view kContinueReply = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

bool Http1Connection::take_first_body(std::size_t head_bytes) {
    const auto batch =
        http::take_body(parser_, std::string_view(input_).substr(head_bytes), gathered_);
    if (!batch) {
        refuse(batch.error());
        return false;
    }
    consumed_ = head_bytes + batch->consumed;
    if (parser_.complete()) {
        exchange_.take_body(batch->bytes);
        return true;
    }
    exchange_.stream_body(batch->bytes);
    return true;
}

bool Http1Connection::check_expectation() {
    const http::Field* expect = http::find(exchange_.request().headers, "Expect");
    if (expect == nullptr || !parser_.http11()) {
        return true;
    }
    if (!base::equal_ignoring_case(expect->value, "100-continue")) {
        refuse({Code::ExpectationFailed, "the only expectation that can be met is 100-continue"});
        return false;
    }
    wants_continue_ = exchange_.request().stream != nullptr && !exchange_.has_first_body();
    if (wants_continue_) {
        exchange_.expect_continue();
    }
    return true;
}

http::Result<Piece> Http1Connection::next_piece() {
    if (wants_continue_) {
        send_continue();
    }
    while (phase_ == Phase::Exchange) {
        const auto room = loop_.scratch();
        const Io io = wire_->read(room);
        if (io.state == Io::State::Wait) {
            readable_ = false;
            await_body();
            return Piece{};
        }
        body_awaited_ = false;
        if (io.state != Io::State::Done) {
            break;
        }
        const std::string_view fresh(room.data(), io.bytes);
        auto piece = body_from(fresh);
        if (!piece || !piece->bytes.empty() || piece->state == Piece::State::End) {
            return piece;
        }
    }
    hangup_ = true;
    return base::fail(Code::ClientClosed, "the client left in the middle of its body");
}

http::Result<Piece> Http1Connection::body_from(std::string_view input) {
    const auto batch = http::take_body(parser_, input, gathered_);
    if (!batch) {
        close_after_ = true;
        return base::fail(batch.error());
    }
    carry_.assign(input.substr(batch->consumed));
    return Piece{batch->bytes, parser_.complete() ? Piece::State::End : Piece::State::More};
}

void Http1Connection::await_body() {
    if (!body_awaited_) {
        body_awaited_ = true;
        active_ = loop_.now();
        watch();
    }
}

void Http1Connection::send_continue() {
    wants_continue_ = false;
    if (!exchange_.replied() && !out_.send(*wire_, kContinueReply)) {
        hangup_ = true;
    } else if (!out_.empty()) {
        note_unread();
    }
}

}  // namespace aggregator::net
