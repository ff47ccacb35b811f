// The half of Http1Connection that writes.
#include <string>
#include <utility>

#include "net/http1_connection.hpp"

namespace aggregator::net {
namespace {

using http::Framing;

constexpr int kFinalStatus = 200;
constexpr int kNoContent = 204;
constexpr int kNotModified = 304;

// The same over TLS, where two texts are two calls.
constexpr std::size_t kCopiedMaxTls = 256u << 10;

}  // namespace

void Http1Connection::refuse(const base::Error& error) {
    release();
    close_after_ = true;
    phase_ = Phase::Exchange;
    exchange_.refuse(error);
}

Framing Http1Connection::framing_of(const http::Response& response) const {
    const int status = response.status;
    if (status < kFinalStatus || status == kNoContent || status == kNotModified) {
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

http::ReplyHead::Connection Http1Connection::connection_token() const {
    using Token = http::ReplyHead::Connection;
    if (close_after_) {
        return Token::Close;
    }
    return parser_.http11() ? Token::Unsaid : Token::KeepAlive;
}

bool Http1Connection::send_head(const http::Response& response, Body body) {
    const Framing framing = framing_of(response);
    framing_ = framing.kind;
    // A body that was not read to its end leaves no place where the next request could begin.
    close_after_ = close_after_ || server_.draining_ || !parser_.head_done() ||
                   !parser_.complete() || !parser_.keep_alive() ||
                   framing.kind == Framing::Kind::Close;
    std::string& out = server_.rendered_;
    out.clear();
    http::append_reply_head(out, {.status = response.status,
                                  .fields = response.headers,
                                  .framing = framing,
                                  .date = loop_.date(),
                                  .connection = connection_token()});
    return send_whole(out, body == Body::None ? std::string_view() : response.body);
}

bool Http1Connection::send_whole(std::string& head, std::string_view body) {
    if (body.size() > kCopiedMax && !wire_->tls()) {
        return out_.send_both(*wire_, head, body);
    }
    if (body.size() > kCopiedMaxTls) {
        return out_.send(*wire_, head) && out_.send(*wire_, body);
    }
    return out_.send(*wire_, head.append(body));
}

void Http1Connection::await_client() {
    if (!holds(base::HeldKind::Reply)) {
        note_unread();
    }
}

bool Http1Connection::send_end() {
    return framing_ != Framing::Kind::Chunked || out_.send(*wire_, http::kLastChunk);
}

bool Http1Connection::send_piece(std::string_view bytes) {
    if (framing_ != Framing::Kind::Chunked) {
        return out_.send(*wire_, bytes);
    }
    std::string& out = server_.rendered_;
    out.clear();
    http::append_chunk(out, bytes);
    return out_.send(*wire_, out);
}

}  // namespace aggregator::net
