#include "net/server_exchange.hpp"

#include <utility>
#include <vector>

#include <aggregator/base/text.hpp>
#include <aggregator/http/local_reply.hpp>
#include <aggregator/http/target.hpp>
#include "net/turn_share.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using http::Piece;

constexpr std::size_t kTargetKept = 4096;  // of an idle connection

}  // namespace

http::Result<void> ServerExchange::begin(const http::Parser& head) {
    began_ = server_.context_.loop.now();
    status_ = 0;
    sent_bytes_ = 0;
    server_.context_.counters.requests.add();
    request_ = {};
    request_.method = head.method();
    request_.target = head.target();
    request_.headers = head.fields();
    request_.client = client_;
    request_.secure = server_.options_.tls != nullptr;
    if (server_.options_.access) {
        record_ = {};
        request_.record = &record_;
    }
    identify();
    const http::Field* const host = http::find(request_.headers, "Host");
    if (host != nullptr && !http::is_host(host->value)) {
        return base::fail(Code::BadRequest, "the Host header is not a host name");
    }
    const auto target = http::read_target(request_.method, request_.target, target_);
    if (!target) {
        return base::fail(target.error());
    }
    request_.target = target->target;
    // RFC 9112 3.2.2: the absolute form wins.
    request_.host = target->host.empty() && host != nullptr ? host->value : target->host;
    return {};
}

void ServerExchange::identify() {
    if (server_.options_.identify) {
        server_.options_.identify(request_, id_);
        request_.id = id_;
    }
}

void ServerExchange::stream_body(std::string_view first) {
    first_body_ = first;
    request_.stream = this;
}

void ServerExchange::start() {
    call_ = server_.context_.service.call(request_,
                                          [this](auto outcome) { reply(std::move(outcome)); });
}

http::Result<Piece> ServerExchange::next() {
    if (!first_body_.empty()) {
        return Piece{std::exchange(first_body_, {}), Piece::State::More};
    }
    if (body_late_) {
        return base::fail(Code::RequestTimeout, "the request's body did not come in time");
    }
    return codec_.next_piece();
}

void ServerExchange::wake() {
    if (wake_) {
        const auto wake = wake_;  // it may replace or drop itself, or destroy this
        wake();
    }
}

void ServerExchange::body_is_late() {
    body_late_ = true;
    wake();
}

void ServerExchange::reply(http::Result<http::Response> outcome) {
    if (outcome) {
        start_reply(std::move(*outcome));
    } else {
        reply_error(outcome.error());
    }
}

void ServerExchange::refuse(const base::Error& error) {
    if (request_.record == nullptr && server_.options_.access) {
        record_ = {};
        request_.record = &record_;
    }
    request_.client = client_;
    if (request_.id.empty()) {
        identify();
    }
    reason_ = error.detail;
    if (!server_.options_.access) {
        server_.note_refusal(client_, error);
    }
    began_ = server_.context_.loop.now();
    reply_error(error);
}

void ServerExchange::note_failure(Code code) {
    record_.failure = code;
    server_.context_.counters.count(code);
}

void ServerExchange::reply_error(const base::Error& error) {
    note_failure(error.code);
    http::give(http::refusal(server_.options_.errors, error.code, error.detail + "\n", request_.id),
               [this](auto made) { start_reply(std::move(*made)); });
}

void ServerExchange::start_reply(http::Response response) {
    using Body = ServerCodec::Body;
    replied_ = true;
    status_ = response.status;
    const bool head_only = bodyless() || request_.method == "HEAD";
    const Body body = head_only ? Body::None : response.stream ? Body::Streamed : Body::Whole;
    sent_bytes_ = head_only ? 0 : response.body.size();
    response.headers = with_id(response.headers);
    const bool sent = codec_.send_head(response, body);
    stream_ = head_only ? nullptr : std::move(response.stream);
    if (!sent) {
        return codec_.cut_exchange();
    }
    if (stream_) {
        stream_->wake_with([this] { pump(); });
    }
    pump();
}

http::Fields ServerExchange::with_id(http::Fields fields) {
    const std::string& name = server_.options_.id_header;
    if (name.empty() || request_.id.empty()) {
        return fields;
    }
    std::vector<http::Field>& kept = server_.fields_;
    kept.assign(fields.begin(), fields.end());
    std::erase_if(kept, [&name](const http::Field& field) {
        return base::equal_ignoring_case(field.name, name);
    });
    kept.push_back({name, request_.id});
    return kept;
}

void ServerExchange::pump() {
    if (!send_stream()) {
        return codec_.cut_exchange();
    }
    const bool sending = codec_.is_sending();
    if (sending) {
        codec_.await_client();
    }
    if (replied_ && !stream_) {
        if (sending) {
            let_go_of_call();
        } else {
            codec_.finish_exchange();
        }
    }
}

/// False if the reply cannot go on.
bool ServerExchange::send_stream() {
    TurnShare share;
    while (stream_ && !codec_.is_sending()) {
        if (share.is_used_up()) {
            go_on_later(more_, server_.context_.loop, [this] { pump(); });
            return true;
        }
        const auto piece = stream_->next();
        if (!piece) {
            // The status has gone out already: only a broken connection can tell the client.
            note_failure(piece.error().code);
            return false;
        }
        share.take(piece->bytes.size());
        if (!piece->bytes.empty()) {
            sent_bytes_ += piece->bytes.size();
            if (!codec_.send_piece(piece->bytes)) {
                return false;
            }
        }
        if (piece->state == Piece::State::Wait) {
            return true;
        }
        if (piece->state == Piece::State::End) {
            stream_.reset();
            return codec_.send_end();
        }
    }
    return true;
}

void ServerExchange::let_go_of_call() {
    if (call_ == nullptr) {
        return;
    }
    // The record views a name that lives as long as what the call belongs to.
    endpoint_ = std::make_unique<std::string>(record_.endpoint);
    record_.endpoint = *endpoint_;
    wake_ = nullptr;
    call_.reset();
}

void ServerExchange::note_access() {
    if (!server_.options_.access || request_.record == nullptr) {
        return;
    }
    const bool whole = status_ != 0 && !stream_ && !codec_.is_sending();
    const bool own = record_.endpoint.empty() && !record_.failure;  // health, redirects, preflights
    record_.completed = whole && (record_.completed || own);
    const int status = status_ != 0 ? status_ : base::row(Code::ClientClosed).status;
    server_.options_.access(
        {request_, record_, status, sent_bytes_, server_.context_.loop.now() - began_, reason_});
}

void ServerExchange::end() {
    note_access();
    clear();
    request_ = {};
    if (target_.capacity() > kTargetKept) {
        std::string().swap(target_);
    }
    reason_.clear();
    first_body_ = {};
    replied_ = false;
    body_late_ = false;
}

void ServerExchange::abandon() { note_access(); }

void ServerExchange::clear() {
    more_.reset();
    wake_ = nullptr;
    stream_.reset();
    call_.reset();
}

}  // namespace aggregator::net
