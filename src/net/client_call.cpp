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
    : Holding(client.pools_.context().loop.held()),
      client_(client),
      done_(std::move(done)),
      source_(request.stream),
      asked_(request.asked),
      deadline_(request.deadline),
      host_(&client.hosts_->take(turn_)) {
    client_.pools_.context().counters.calls_in_flight.add();
    note_host();
    render(request);
    if (body_kind_ == Body::Streamed && client_.options_.send_body_on_redirect) {
        detour_ = std::make_unique<Detour>(client_.pools_);
        detour_->holds_all = true;
    }
    connect(Pool::Wanted::Any);
}

ClientCall::~ClientCall() {
    client_.pools_.context().counters.calls_in_flight.subtract();
    judge_leaving();
    if (source_ != nullptr) {
        source_->wake_with(nullptr);
    }
    if (stream_ != nullptr) {
        stream_->orphan();
    }
    if (upstream_ != nullptr) {
        upstream_->close();
    }
    leave_host();
}

void ClientCall::render(const http::Request& request) {
    const Framing framing = framing_of(request);
    chunked_ = framing.kind == Framing::Kind::Chunked;
    head_request_ = request.method == "HEAD";
    idempotent_ = is_idempotent(request.method);
    bytes_.reserve(512 + request.body.size());
    body_kind_ = request.stream != nullptr ? Body::Streamed
                 : request.body.empty()    ? Body::None
                                           : Body::Whole;
    expects_continue_ = request.expects_continue && body_kind_ == Body::Streamed &&
                        client_.options_.continue_timeout > base::Duration::zero();
    const bool close = !client_.pools_.options().reuse;
    own_host_ = request.host.empty();
    authorization_ = host_->pool->authorization();
    http::append_request_head(
        bytes_, request,
        {.authority = own_host_ ? std::string_view(origin().authority) : request.host,
         .front = host_->pool->front(),
         .prefix = origin().prefix,
         .proxy_authorization = authorization_,
         .close = close,
         .expect_continue = expects_continue_},
        framing);
    target_at_ = request.method.size() + 1 + host_->pool->front().size();
    path_at_ = target_at_ + origin().prefix.size();
    rest_at_ = path_at_ + request.target.size();
    if (chunked_ && !request.body.empty()) {
        http::append_chunk(bytes_, request.body);
    } else {
        bytes_.append(request.body);
    }
}

void ClientCall::connect(Pool::Wanted wanted) {
    const bool guarded = detour_ && detour_->guard && !on_own_host();
    upstream_ = &host_->pool->acquire(*this, wanted, guarded ? &*detour_->guard : nullptr);
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
        expects_continue_ ? await_continue() : send_body();
    }
}

void ClientCall::await_continue() {
    continue_timer_ =
        std::make_unique<base::Timer>(client_.pools_.context().loop, [this] { send_body(); });
    continue_timer_->start(client_.options_.continue_timeout);
}

void ClientCall::send_body() {
    continue_timer_.reset();
    if (source_ != nullptr) {
        source_->wake_with([this] { pump_body(); });
        pump_body();
    }
}

void ClientCall::pump_body() {
    const bool ready = opened_ && continue_timer_ == nullptr;
    while (ready && source_ != nullptr && upstream_ != nullptr &&
           (!upstream_->sending() || source_->broken())) {
        const auto piece = source_->next();
        if (!piece) {
            source_ = nullptr;
            return upstream_->tell_later(piece.error());
        }
        body_begun_ = true;
        if (!piece->bytes.empty()) {
            if (detour_) {
                detour_->hold(piece->bytes, client_.options_.held_body_bytes_max);
                note_held();
            }
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
        judge_failure(error.code);
        return stream_->broke(error);
    }
    if (is_reading_off()) {
        return follow(Ending::Ragged);
    }
    const bool unreachable = error.code == Code::Resolve || error.code == Code::Connect;
    if (!opened_ && unreachable && on_own_host()) {
        judge_failure(error.code);
        if (Host* const other = client_.hosts_->instead(*host_, turn_)) {
            move_to(*other);
            note_host();
            return connect(Pool::Wanted::Any);
        }
    }
    fail(error);
}

/// `other` is this call's already, and the host before it let go.
void ClientCall::move_to(Host& other) {
    constexpr std::string_view kHost = " HTTP/1.1\r\nHost: ";
    constexpr std::string_view kProxy = "\r\nProxy-Authorization: ";
    const std::string_view before = bytes_;
    const std::size_t name = rest_at_ + kHost.size();
    const std::size_t after = before.find("\r\n", name);
    std::string_view rest = before.substr(after);
    if (!authorization_.empty()) {
        rest.remove_prefix(kProxy.size() + authorization_.size());
    }
    std::string moved(before.substr(0, before.find(' ') + 1));
    moved.append(other.pool->front());
    const std::size_t target_at = moved.size();
    moved.append(other.origin.prefix);
    const std::size_t path_at = moved.size();
    moved.append(before, path_at_, rest_at_ - path_at_);
    const std::size_t rest_at = moved.size();
    moved.append(kHost);
    own_host_ ? moved.append(other.origin.authority) : moved.append(before, name, after - name);
    authorization_ = other.pool->authorization();
    if (!authorization_.empty()) {
        moved.append(kProxy).append(authorization_);
    }
    moved.append(rest);
    bytes_.swap(moved);
    target_at_ = target_at;
    path_at_ = path_at;
    rest_at_ = rest_at;
    host_ = &other;
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
    if (is_reading_off()) {
        return follow(Ending::Ragged);
    }
    if (received_ && parser().end_of_input()) {
        return deliver(body_, Ending::Ragged);
    }
    lost({Code::Closed, origin().authority + " closed the connection before its answer was whole"});
}

void ClientCall::lost(const base::Error& error) {
    if (is_reading_off()) {
        return follow(Ending::Ragged);
    }
    if (!resendable()) {
        return cut(error);
    }
    resent_ = true;
    client_.pools_.context().counters.calls_resent.add();
    std::exchange(upstream_, nullptr)->close();
    header_timer_.reset();
    continue_timer_.reset();
    opened_ = false;
    connect(Pool::Wanted::Fresh);
}

void ClientCall::note_held() {
    const std::size_t sent = detour_ ? detour_->held.size() : 0;
    hold(base::HeldKind::Body, carry_.size() + body_.size() + sent);
}

void ClientCall::give_up(base::HeldKind) {
    if (detour_ && !detour_->held.empty() && body_.empty()) {
        // No failure yet: most requests are not redirected.
        detour_->holds_all = false;
        return std::string().swap(detour_->held);
    }
    fail({Code::MemoryFull, "the memory for bodies is used up"});
}

void ClientCall::fail(const base::Error& error) {
    judge_failure(error.code);
    give_back(Ending::Ragged);
    const auto done = std::move(done_);
    done(base::fail(error));
}

}  // namespace aggregator::net
