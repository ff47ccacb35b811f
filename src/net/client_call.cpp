#include "net/client_call.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <aggregator/base/assert.hpp>

namespace aggregator::net {
namespace {

using base::Code;
using http::Framing;
using http::Piece;

bool is_idempotent(std::string_view method) {
    static constexpr std::array<std::string_view, 6> kMethods{"GET",    "HEAD",    "PUT",
                                                              "DELETE", "OPTIONS", "TRACE"};
    return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
}

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

ClientCall::ClientCall(Client& client, const http::Request& request, http::Done done)
    : client_(client),
      done_(std::move(done)),
      source_(request.stream),
      head_request_(request.method == "HEAD"),
      idempotent_(is_idempotent(request.method)) {
    client_.pools_.context().counters.calls_in_flight.add();
    take_host();
    render(request);
    connect(Pool::Wanted::Any);
}

ClientCall::~ClientCall() {
    client_.pools_.context().counters.calls_in_flight.subtract();
    if (source_ != nullptr) {
        source_->wake_with(nullptr);
    }
    if (stream_ != nullptr) {
        stream_->orphan();
    }
    if (upstream_ != nullptr) {
        upstream_->close();
    }
}

void ClientCall::take_host() {
    host_ = client_.turn_;
    client_.turn_ = client_.turn_ + 1 < client_.hosts_.size() ? client_.turn_ + 1 : 0;
}

void ClientCall::render(const http::Request& request) {
    const Framing framing = framing_of(request);
    chunked_ = framing.kind == Framing::Kind::Chunked;
    bytes_.reserve(512 + request.body.size());
    const bool close = !client_.pools_.options().reuse;
    http::append_request_head(bytes_, request, {origin().authority, origin().prefix, close},
                              framing);
    target_at_ = request.method.size() + 1;
    rest_at_ = target_at_ + origin().prefix.size() + request.target.size();
    bytes_.append(request.body);
}

void ClientCall::connect(Pool::Wanted wanted) {
    upstream_ = &client_.hosts_[host_].pool->acquire(*this, wanted);
    if (upstream_->reused()) {
        on_open();
    }
}

void ClientCall::on_open() {
    opened_ = true;
    if (head_request_) {
        parser().expect_no_body();
    }
    send_request();
}

void ClientCall::send_request() {
    upstream_->send(bytes_);
    const auto limit = client_.options_.header_timeout;
    if (limit > base::Duration::zero()) {
        header_timer_ = std::make_unique<base::Timer>(client_.pools_.context().loop, [this] {
            fail({Code::Timeout, origin().authority + " did not begin to answer in time"});
        });
        header_timer_->start(limit);
    }
    if (source_ != nullptr) {
        source_->wake_with([this] { pump_body(); });
        pump_body();
    }
}

void ClientCall::pump_body() {
    while (source_ != nullptr && upstream_ != nullptr && !upstream_->sending()) {
        const auto piece = source_->next();
        if (!piece) {
            source_ = nullptr;
            return upstream_->tell_later(piece.error());
        }
        body_begun_ = true;
        if (!piece->bytes.empty()) {
            std::string chunk;
            if (chunked_) {
                http::append_chunk(chunk, piece->bytes);
            }
            upstream_->send(chunked_ ? std::string_view(chunk) : piece->bytes);
        }
        if (piece->state == Piece::State::Wait) {
            return;
        }
        if (piece->state == Piece::State::End) {
            source_->wake_with(nullptr);
            source_ = nullptr;
            if (chunked_) {
                upstream_->send(http::kLastChunk);
            }
        }
    }
}

void ClientCall::on_drained() { pump_body(); }

bool ClientCall::resendable() const {
    return upstream_->reused() && idempotent_ && !received_ && !body_begun_ && !resent_;
}

void ClientCall::on_broken(const base::Error& error) {
    upstream_ = nullptr;
    if (stream_ != nullptr) {
        return stream_->broke(error);
    }
    const bool unreachable = error.code == Code::Resolve || error.code == Code::Connect;
    if (!opened_ && unreachable && hosts_tried_ < client_.hosts_.size()) {
        ++hosts_tried_;
        const std::string target = bytes_.substr(target_at_ + origin().prefix.size(),
                                                 rest_at_ - target_at_ - origin().prefix.size());
        move_to_next_host(target);
        return connect(Pool::Wanted::Any);
    }
    fail(error);
}

void ClientCall::move_to_next_host(const std::string& target) {
    constexpr std::string_view kHost = " HTTP/1.1\r\nHost: ";
    const std::size_t after = rest_at_ + kHost.size() + origin().authority.size();
    host_ = host_ + 1 < client_.hosts_.size() ? host_ + 1 : 0;
    std::string moved = bytes_.substr(0, target_at_);
    moved.append(origin().prefix).append(target);
    rest_at_ = moved.size();
    moved.append(kHost).append(origin().authority).append(bytes_, after);
    bytes_.swap(moved);
}

void ClientCall::on_readable() {
    if (stream_ != nullptr) {
        return stream_->wake();
    }
    while (upstream_->readable()) {
        const Io io = upstream_->read();
        if (io.state == Io::State::Wait) {
            return;
        }
        if (io.state == Io::State::Closed) {
            return input_ended();
        }
        if (io.state == Io::State::Failed) {
            return lost(io.error);
        }
        received_ = true;
        if (!take({client_.pools_.context().loop.scratch().data(), io.bytes})) {
            return;
        }
    }
}

void ClientCall::input_ended() {
    if (received_ && parser().end_of_input()) {
        return deliver(body_, Ending::Ragged);
    }
    lost({Code::Closed, origin().authority + " closed the connection before its answer was whole"});
}

void ClientCall::lost(const base::Error& error) {
    if (!resendable()) {
        return fail(error);
    }
    resent_ = true;
    client_.pools_.context().counters.calls_resent.add();
    std::exchange(upstream_, nullptr)->close();
    header_timer_.reset();
    opened_ = false;
    connect(Pool::Wanted::Fresh);
}

void ClientCall::fail(const base::Error& error) {
    give_back(Ending::Ragged);
    const auto done = std::move(done_);
    done(base::fail(error));
}

}  // namespace aggregator::net
