#include "net/client_call.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <aggregator/base/assert.hpp>
#include "net/turn_share.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using http::Piece;

bool is_idempotent(std::string_view method) {
    static constexpr std::array<std::string_view, 6> kMethods{"GET",    "HEAD",    "PUT",
                                                              "DELETE", "OPTIONS", "TRACE"};
    return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
}

}  // namespace

ClientCall::ClientCall(Client& client, const http::Request& request, http::Done done)
    : Holding(client.pools_.context().loop.held()),
      client_(client),
      done_(std::move(done)),
      source_(request.stream),
      http1_(client.pools_, *this),
      asked_(request.asked),
      deadline_(request.deadline),
      host_(&client.hosts_->take(turn_, request.avoid)) {
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
    codec().cancel();
    leave_host();
}

/// Notes how the request is to be sent. Its stream is `source_`, which may have been begun.
void ClientCall::prepare() {
    const http::Request& request = request_.request();
    idempotent_ = is_idempotent(request.method);
    body_kind_ = source_ != nullptr     ? Body::Streamed
                 : request.body.empty() ? Body::None
                                        : Body::Whole;
    expects_continue_ = request.expects_continue && body_kind_ == Body::Streamed &&
                        client_.options_.continue_timeout > base::Duration::zero();
}

std::string ClientCall::target() const {
    std::string target = origin().prefix;
    return target.append(request_.request().target);
}

void ClientCall::connect(Pool::Wanted wanted) {
    const bool guarded = redirect_ && redirect_->guard && !on_own_host();
    answer_ = {};
    if (codec().begin(*host_->pool, wanted, guarded ? &*redirect_->guard : nullptr)) {
        on_open();
    }
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
    const http::Request& request = request_.request();
    const bool has_held = body_kind_ == Body::Streamed && redirect_;
    codec().send(
        {.request = request,
         .authority = request.host.empty() ? std::string_view(origin().authority) : request.host,
         .prefix = origin().prefix,
         .begun = has_held ? std::string_view(redirect_->held) : std::string_view(),
         .expects_continue = expects_continue_});
}

void ClientCall::on_open() {
    opened_ = true;
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

void ClientCall::on_continue() {
    if (continue_timer_ != nullptr) {
        continue_timer_->start(base::Duration::zero());
    }
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
    while (ready && source_ != nullptr && codec().is_live() &&
           (!codec().is_sending() || source_->broken())) {
        if (share.is_used_up()) {
            return go_on_later(more_body_, client_.pools_.context().loop, [this] { pump_body(); });
        }
        const auto piece = source_->next();
        if (!piece) {
            source_ = nullptr;
            return codec().break_off(piece.error());
        }
        body_begun_ = true;
        share.take(piece->bytes.size());
        if (!piece->bytes.empty()) {
            send_piece(piece->bytes);
        }
        if (piece->state == Piece::State::Wait) {
            return;
        }
        if (piece->state == Piece::State::End) {
            source_->wake_with(nullptr);
            source_ = nullptr;
            codec().send_end();
        }
    }
}

void ClientCall::send_piece(std::string_view bytes) {
    if (redirect_ && redirect_->holds_all) {
        redirect_->hold(bytes, client_.options_.held_body_bytes_max);
        note_held();
    }
    codec().send_piece(bytes);
}

bool ClientCall::resendable() const {
    return idempotent_ && !body_begun_ && !resent_ && codec().is_untouched();
}

void ClientCall::on_broken(const base::Error& error) {
    if (stream_ != nullptr) {
        judge_failure(error.code);
        return stream_->broke(error);
    }
    if (is_reading_off()) {
        return follow();
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

void ClientCall::on_lost(const base::Error& error) {
    if (is_reading_off()) {
        return follow();
    }
    if (!resendable()) {
        return cut(error);
    }
    resent_ = true;
    client_.pools_.context().counters.calls_resent.add();
    codec().cancel();
    header_timer_.reset();
    continue_timer_.reset();
    opened_ = false;
    connect(Pool::Wanted::Fresh);
}

void ClientCall::note_held() {
    const std::size_t sent = redirect_ ? redirect_->held.size() : 0;
    const std::size_t bytes = codec().held_bytes() + body_.size() + sent;
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
    end_exchange(Ending::Cancelled);
    const auto done = std::move(done_);
    done(base::fail(error));
}

}  // namespace aggregator::net
