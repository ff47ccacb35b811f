#include "net/client_call.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <aggregator/base/assert.hpp>
#include "net/turn_share.hpp"

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

// A body up to here is copied behind its head, which costs less than to send two texts at once.
constexpr std::size_t kCopiedMax = 4u << 10;

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
    keep(request);
    prepare();
    if (body_kind_ == Body::Streamed && client_.options_.send_body_on_redirect) {
        redirect_ = std::make_unique<Redirect>(client_.pools_);
        redirect_->holds_all = true;
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

/// Notes how the request is to be sent. Its stream is `source_`, which may have been begun.
void ClientCall::prepare() {
    const http::Request& request = request_.request();
    framing_ = framing_of(request);
    head_request_ = request.method == "HEAD";
    idempotent_ = is_idempotent(request.method);
    body_kind_ = source_ != nullptr     ? Body::Streamed
                 : request.body.empty() ? Body::None
                                        : Body::Whole;
    expects_continue_ = request.expects_continue && body_kind_ == Body::Streamed &&
                        client_.options_.continue_timeout > base::Duration::zero();
}

/// The request's head, as the host that is asked now wants it.
void ClientCall::append_head(std::string& out) const {
    const http::Request& request = request_.request();
    http::append_request_head(
        out, request,
        {.authority = request.host.empty() ? std::string_view(origin().authority) : request.host,
         .front = host_->pool->front(),
         .prefix = origin().prefix,
         .proxy_authorization = host_->pool->authorization(),
         .close = !client_.pools_.options().reuse,
         .expect_continue = expects_continue_},
        framing_);
}

std::string ClientCall::target() const {
    std::string target = origin().prefix;
    return target.append(request_.request().target);
}

void ClientCall::connect(Pool::Wanted wanted) {
    const bool guarded = redirect_ && redirect_->guard && !on_own_host();
    upstream_ = &host_->pool->acquire(*this, wanted, guarded ? &*redirect_->guard : nullptr);
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

/// What the answer does not need is not kept.
void ClientCall::keep(const http::Request& request) {
    http::Request kept = request;
    kept.params = {};
    kept.client = {};
    kept.id = {};
    kept.record = nullptr;
    kept.follower = nullptr;
    request_.keep(kept);
}

/// And the body as far as it is in memory.
void ClientCall::send_head() {
    std::string& out = client_.pools_.rendered();
    out.clear();
    append_head(out);
    const bool streamed = body_kind_ == Body::Streamed;
    const std::string_view body = !streamed   ? request_.request().body
                                  : redirect_ ? std::string_view(redirect_->held)
                                              : std::string_view();
    if (is_chunked() && !body.empty()) {
        http::append_chunk(out, body);
    } else if (body.size() > kCopiedMax) {
        return upstream_->send_both(out, body);
    } else {
        out.append(body);
    }
    upstream_->send(out);
}

void ClientCall::send_request() {
    send_head();
    const auto limit = client_.options_.header_timeout;
    if (limit > base::Duration::zero()) {
        header_timer_ = std::make_unique<base::Timer>(client_.pools_.context().loop, [this] {
            fail({Code::Timeout, origin().authority + " did not begin to answer in time"});
        });
        header_timer_->start(limit);
    }
    if (source_ == nullptr) {
        return;
    }
    if (expects_continue_) {
        await_continue();
    } else {
        send_body();
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
    TurnShare share;
    while (ready && source_ != nullptr && upstream_ != nullptr &&
           (!upstream_->sending() || source_->broken())) {
        if (share.is_used_up()) {
            return go_on_later(more_body_, client_.pools_.context().loop, [this] { pump_body(); });
        }
        const auto piece = source_->next();
        if (!piece) {
            source_ = nullptr;
            return upstream_->tell_later(piece.error());
        }
        body_begun_ = true;
        share.take(piece->bytes.size());
        if (!piece->bytes.empty()) {
            if (redirect_ && redirect_->holds_all) {
                redirect_->hold(piece->bytes, client_.options_.held_body_bytes_max);
                note_held();
            }
            std::string chunk;
            if (is_chunked()) {
                http::append_chunk(chunk, piece->bytes);
            }
            upstream_->send(is_chunked() ? std::string_view(chunk) : piece->bytes);
        }
        if (piece->state == Piece::State::Wait) {
            return;
        }
        if (piece->state == Piece::State::End) {
            source_->wake_with(nullptr);
            source_ = nullptr;
            if (is_chunked()) {
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
        if (HostEntry* const other = client_.hosts_->instead(*host_, turn_)) {
            host_ = other;  // it is this call's already, and the host before it let go
            note_host();
            return connect(Pool::Wanted::Any);
        }
    }
    fail(error);
}

void ClientCall::on_readable() {
    if (stream_ != nullptr) {
        return stream_->wake();
    }
    TurnShare share;
    while (upstream_->readable()) {
        if (share.is_used_up()) {
            return go_on_later(more_input_, client_.pools_.context().loop, [this] { read_on(); });
        }
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
        share.take(io.bytes);
        if (!take({client_.pools_.context().loop.scratch().data(), io.bytes})) {
            return;
        }
    }
}

void ClientCall::read_on() {
    if (upstream_ != nullptr && upstream_->readable()) {
        on_readable();
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
    const std::size_t sent = redirect_ ? redirect_->held.size() : 0;
    const std::size_t bytes = carry_.size() + body_.size() + sent;
    if (bytes == 0) {
        return release();
    }
    hold(base::HeldKind::Body, bytes);
}

void ClientCall::give_up(base::HeldKind) {
    if (redirect_ && !redirect_->held.empty() && body_.empty()) {
        return redirect_->drop_held();  // no failure yet: most requests are not redirected
    }
    fail({Code::MemoryFull, "the memory for bodies is used up"});
}

void ClientCall::fail(const base::Error& error) {
    AGG_ASSERT(done_);
    judge_failure(error.code);
    give_back(Ending::Ragged);
    const auto done = std::move(done_);
    done(base::fail(error));
}

}  // namespace aggregator::net
