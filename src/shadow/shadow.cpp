#include "shadow/shadow.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <aggregator/plan/forward.hpp>

namespace aggregator::shadow {

namespace {

using base::Code;
using Outcome = Breaker::Outcome;

constexpr std::uint32_t kExpiredShare = 64;  // one of so many in one turn
constexpr auto kTellEvery = std::chrono::seconds(10);

Reason reason_of(Code code) {
    switch (code) {
        case Code::Resolve:
        case Code::NoHosts:
            return Reason::Resolve;
        case Code::Connect:
            return Reason::Connect;
        case Code::TlsHandshake:
        case Code::TlsUntrusted:
        case Code::TlsExpired:
        case Code::TlsWrongName:
        case Code::TlsNotSpoken:
            return Reason::Tls;
        case Code::Timeout:
        case Code::Stalled:
            return Reason::Timeout;
        case Code::Reset:
        case Code::Closed:
            return Reason::Reset;
        case Code::BadResponse:
        case Code::BadRedirect:
        case Code::TooManyRedirects:
            return Reason::BadResponse;
        case Code::Lagging:
            return Reason::Lagging;
        case Code::TooManyCalls:
        case Code::MemoryFull:
            return Reason::Budget;
        case Code::BodyTooLarge:
            return Reason::BodyTooLarge;
        case Code::ClientClosed:
        case Code::BadBody:
        case Code::RequestTimeout:
            return Reason::BodyError;
        default:
            return Reason::Internal;
    }
}

/// Whether a loss says something about the shadow, and not about this request or the gateway.
Outcome outcome_of(Reason reason) {
    switch (reason) {
        case Reason::Resolve:
        case Reason::Connect:
        case Reason::Tls:
        case Reason::Timeout:
        case Reason::Reset:
        case Reason::BadResponse:
        case Reason::Lagging:
            return Outcome::Failed;
        default:
            return Outcome::NotSent;
    }
}

std::uint64_t known_bytes(const http::Request& request) {
    return request.stream != nullptr ? request.stream->length().value_or(0) : request.body.size();
}

std::size_t class_of(int status) {
    constexpr int kClasses = 5;
    return static_cast<std::size_t>(std::clamp(status / 100, 1, kClasses) - 1);
}

}  // namespace

Shadow::Shadow(const Mirror::Context& context, const plan::Endpoint& endpoint,
               Mirror::Wiring wiring)
    : context_(context),
      endpoint_(endpoint),
      wiring_(std::move(wiring)),
      gate_(*wiring_.backend->rules, *wiring_.controls, context.plan, context.share),
      breaker_(wiring_.backend->rules->config.limits.breaker),
      held_{.whole = &context.budget.held},
      tell_rest_(context.loop, [this] { tell_rest(); }) {}

Shadow::~Shadow() { abandon(); }

std::optional<Breaker::Verdict> Shadow::admit(const http::Request& request) {
    ++ledger_.eligible;
    if (const auto reason = gate_.refuse(request, loop())) {
        count(*reason);
        return std::nullopt;
    }
    const Verdict verdict = breaker_.ask(loop().now());
    if (verdict == Verdict::Refuse) {
        count(Reason::Breaker);
        return std::nullopt;
    }
    return verdict;
}

void Shadow::copy(const http::Request& request, Copy::Extras extras, CopyBuilder& builder) {
    const auto waiters = extras.waiters;
    if (const auto reason = obstacle(request)) {
        count(*reason);
        tell_breaker(extras.verdict, Outcome::NotSent);
        return tell_unsent({.endpoint = endpoint_,
                            .shadow = rules().config.name,
                            .id = extras.id,
                            .path = extras.path,
                            .reason = *reason,
                            .sent_bytes = known_bytes(request)});
    }
    const http::Request& built = builder.build(endpoint_, backend(), request, extras.id);
    auto made = std::make_unique<Copy>(*this, std::move(extras), known_bytes(built));
    Copy& copy = *made;
    copy.slot = copies_.size();
    copies_.push_back(std::move(made));
    ++context_.budget.in_flight;
    if (waiters) {
        ++waiters->copies;
    }
    if (must_wait()) {
        return enqueue(copy, built);
    }
    ++sent_;
    copy.send(built);
}

std::optional<Reason> Shadow::obstacle(const http::Request& request) const {
    const auto& config = rules().config;
    const std::uint64_t bytes = config.request.body ? known_bytes(request) : 0;
    if (bytes > config.limits.max_body) {
        return Reason::BodyTooLarge;
    }
    if (backend().follows && backend().target.climbs(request.params)) {
        return Reason::BadResponse;
    }
    if (context_.budget.in_flight >= context_.budget.in_flight_max) {
        return Reason::Budget;
    }
    if (!must_wait()) {
        return std::nullopt;
    }
    if (queue_.size() >= config.limits.queue || held_.bytes + bytes > config.limits.queue_bytes) {
        return Reason::QueueFull;
    }
    return held_.has_room(bytes) ? std::nullopt : std::optional(Reason::Budget);
}

http::Tee::Limits Shadow::body_limits() {
    const auto& limits = rules().config.limits;
    return {.lag_bytes_max = limits.queue_bytes, .body_bytes_max = limits.max_body, .held = &held_};
}

void Shadow::enqueue(Copy& copy, const http::Request& request) {
    copy.keep(request);
    held_.add(copy.kept_bytes());
    queue_.push_back(&copy);
}

void Shadow::send_next() {
    while (!queue_.empty() && !must_wait()) {
        Copy& copy = *queue_.front();
        queue_.pop_front();
        held_.subtract(copy.kept_bytes());
        ledger_.waited.add(loop().now() - copy.made);
        ++sent_;
        copy.send_kept();
    }
}

bool Shadow::may_expire() {
    const base::Time turn = loop().now();
    if (turn != expiring_) {
        expiring_ = turn;
        expired_ = 0;
    }
    return ++expired_ <= 1 + sent_ / kExpiredShare;
}

void Shadow::ended(Copy& copy, const http::Result<http::Response>& outcome) {
    const auto leaving = take_out(copy);
    Record record = record_of(copy);
    if (outcome) {
        ++ledger_.finished[class_of(outcome->status)];
        ledger_.duration.add(record.took);
        record.status = outcome->status;
        record.received_bytes = outcome->dropped_bytes;
        tell_breaker(copy.extras.verdict, Outcome::Answered);
    } else {
        record.reason = reason_of(outcome.error().code);
        record.detail = outcome.error().detail;
        count(*record.reason);
        tell_breaker(copy.extras.verdict,
                     copy.waits() ? Outcome::NotSent : outcome_of(*record.reason));
    }
    if (copy.waits()) {
        tell_unsent(record);
    } else if (copy.extras.live && tells(record)) {
        copy.extras.live->tell(record);
    }
    const auto waiters = copy.extras.waiters;
    send_next();
    if (waiters) {
        waiters->one_ended();
    }
}

void Shadow::abandon() {
    while (!copies_.empty()) {
        const auto leaving = take_out(*copies_.back());
        count(Reason::Shutdown);
        if (leaving->extras.waiters) {
            leaving->extras.waiters->one_ended();
        }
    }
    tell_rest();
    tell_rest_.stop();
}

std::unique_ptr<Copy> Shadow::take_out(Copy& copy) {
    if (copy.waits()) {
        held_.subtract(copy.kept_bytes());
        if (queue_.front() == &copy) {
            queue_.pop_front();
        } else {
            std::erase(queue_, &copy);
        }
    } else {
        --sent_;
    }
    --context_.budget.in_flight;
    const std::size_t slot = copy.slot;
    auto leaving = std::move(copies_[slot]);
    if (slot + 1 != copies_.size()) {
        copies_[slot] = std::move(copies_.back());
        copies_[slot]->slot = slot;
    }
    copies_.pop_back();
    return leaving;
}

Record Shadow::record_of(const Copy& copy) const {
    const base::Time now = loop().now();
    const base::Time until = copy.waits() ? now : copy.sent;
    return {.endpoint = endpoint_,
            .shadow = rules().config.name,
            .id = copy.extras.id,
            .path = copy.extras.path,
            .sent_bytes = copy.body_bytes,
            .queued = until - copy.made,
            .took = now - copy.made};
}

bool Shadow::tells(const Record& record) const {
    return is_asked_for(wiring_.controls->log.load(std::memory_order_relaxed), record);
}

void Shadow::tell(const Record& record) const {
    if (tells(record)) {
        write(context_.log, record);
    }
}

bool Shadow::tells_anything() const {
    return wiring_.controls->log.load(std::memory_order_relaxed) != config::ShadowLog::Off;
}

void Shadow::tell_unsent(const Record& record) {
    if (tell_rest_.armed()) {
        ++untold_;
        untold_reason_ = record.reason;
        return;
    }
    tell(record);
    tell_rest_.start(kTellEvery);
}

void Shadow::tell_rest() {
    if (untold_ == 0) {
        return;
    }
    tell({.endpoint = endpoint_,
          .shadow = rules().config.name,
          .reason = untold_reason_,
          .copies = std::exchange(untold_, 0)});
    tell_rest_.start(kTellEvery);
}

void Shadow::tell_breaker(Verdict verdict, Outcome outcome) {
    if (breaker_.ended(verdict, outcome, loop().now())) {
        context_.log.write(base::LogLevel::Warning, "a shadow's breaker opened",
                           {{"endpoint", endpoint_.pattern}, {"shadow", rules().config.name}});
    }
}

Ledger Shadow::ledger() const {
    Ledger ledger = ledger_;
    ledger.in_flight = copies_.size();
    ledger.bytes_held = held_.bytes;
    return ledger;
}

base::Duration Shadow::timeout() const {
    return base::Duration(wiring_.controls->timeout.load(std::memory_order_relaxed));
}

}  // namespace aggregator::shadow
