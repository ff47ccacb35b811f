// The half of ServerConnection that writes.
#include <string>
#include <utility>

#include <aggregator/http/local_reply.hpp>

#include "net/server_connection.hpp"

namespace aggregator::net {
namespace {

using http::Framing;
using http::Piece;

// A body up to here is copied behind its head, which costs less than to send two texts at once.
constexpr std::size_t kCopiedMax = 4u << 10;
// The same over TLS, where two texts are two calls.
constexpr std::size_t kCopiedMaxTls = 256u << 10;

}  // namespace

void ServerConnection::reply(http::Result<http::Response> outcome) {
    if (outcome) {
        start_reply(std::move(*outcome));
    } else {
        reply_error(outcome.error());
    }
}

void ServerConnection::refuse(const base::Error& error) {
    if (request_.record == nullptr && server_.options_.access) {
        record_ = {};
        request_.record = &record_;
    }
    note_refusal(error);
    began_ = loop_.now();
    release();
    close_after_ = true;
    phase_ = Phase::Exchange;
    reply_error(error);
}

void ServerConnection::note_refusal(const base::Error& error) {
    request_.client = client_;
    reason_ = error.detail;
    if (!server_.options_.access) {
        server_.note_refusal(client_, error);
    }
}

void ServerConnection::reply_error(const base::Error& error) {
    server_.context_.counters.count(error.code);
    record_.failure = error.code;
    http::give(http::refusal(server_.options_.errors, error.code, error.detail + "\n"),
               [this](auto made) { start_reply(std::move(*made)); });
}

Framing ServerConnection::framing_of(const http::Response& response) const {
    if (bodyless()) {
        return {};
    }
    if (!response.stream) {
        return {Framing::Kind::Length, response.body.size()};
    }
    if (const auto length = response.stream->length()) {
        return {Framing::Kind::Length, *length};
    }
    return {parser_.http11() ? Framing::Kind::Chunked : Framing::Kind::Close, 0};
}

http::ReplyHead::Connection ServerConnection::connection_token() const {
    using Token = http::ReplyHead::Connection;
    if (close_after_) {
        return Token::Close;
    }
    return parser_.http11() ? Token::Unsaid : Token::KeepAlive;
}

void ServerConnection::start_reply(http::Response response) {
    replied_ = true;
    status_ = response.status;
    const Framing framing = framing_of(response);
    framing_ = framing.kind;
    // A body that was not read to its end leaves no place where the next request could begin.
    close_after_ = close_after_ || server_.draining_ || !parser_.head_done() ||
                   !parser_.complete() || !parser_.keep_alive() ||
                   framing.kind == Framing::Kind::Close;
    const bool head_only = bodyless() || request_.method == "HEAD";
    std::string& out = server_.rendered_;
    out.clear();
    http::append_reply_head(out, {.status = response.status,
                                  .fields = response.headers,
                                  .framing = framing,
                                  .date = loop_.date(),
                                  .connection = connection_token()});
    const std::string_view body = head_only ? std::string_view() : response.body;
    sent_bytes_ = body.size();
    stream_ = head_only ? nullptr : std::move(response.stream);
    if (!send_whole(out, body)) {
        return close();
    }
    if (stream_) {
        stream_->wake_with([this] { pump(); });
    }
    pump();
}

bool ServerConnection::send_whole(std::string& head, std::string_view body) {
    if (body.size() > kCopiedMax && !wire_->tls()) {
        return out_.send_both(*wire_, head, body);
    }
    if (body.size() > kCopiedMaxTls) {
        return out_.send(*wire_, head) && out_.send(*wire_, body);
    }
    return out_.send(*wire_, head.append(body));
}

void ServerConnection::pump() {
    while (stream_ && out_.empty()) {
        const auto piece = stream_->next();
        if (!piece) {
            // The status has gone out already: only a broken connection can tell the client.
            record_.failure = piece.error().code;
            server_.context_.counters.count(piece.error().code);
            return close();
        }
        if (!piece->bytes.empty() && !send_piece(piece->bytes)) {
            return close();
        }
        if (piece->state == Piece::State::Wait) {
            return;
        }
        if (piece->state == Piece::State::End) {
            stream_.reset();
            if (framing_ == Framing::Kind::Chunked && !out_.send(*wire_, http::kLastChunk)) {
                return close();
            }
        }
    }
    if (!out_.empty() && !holds(base::HeldKind::Reply)) {
        note_unread();
    }
    if (replied_ && !stream_) {
        out_.empty() ? finish_exchange() : let_go_of_call();
    }
}

void ServerConnection::let_go_of_call() {
    if (call_ == nullptr) {
        return;
    }
    // The record views a name that lives as long as what the call belongs to.
    endpoint_ = std::make_unique<std::string>(record_.endpoint);
    record_.endpoint = *endpoint_;
    wake_ = nullptr;
    call_.reset();
}

bool ServerConnection::send_piece(std::string_view bytes) {
    sent_bytes_ += bytes.size();
    if (framing_ != Framing::Kind::Chunked) {
        return out_.send(*wire_, bytes);
    }
    std::string& out = server_.rendered_;
    out.clear();
    http::append_chunk(out, bytes);
    return out_.send(*wire_, out);
}

}  // namespace aggregator::net
