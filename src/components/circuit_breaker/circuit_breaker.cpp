#include "components/circuit_breaker/circuit_breaker.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "components/circuit_breaker/differs.hpp"
#include "components/circuit_breaker/rules.hpp"
#include "components/circuit_breaker/schema.hpp"
#include "components/circuit_breaker/settings.hpp"

namespace aggregator::components {

namespace {

using base::Code;
using Outcome = Breaker::Outcome;

constexpr std::string_view kName = "qos/circuit-breaker";
constexpr std::string_view kHttpName = "qos/circuit-breaker/http";
constexpr int kTooManyRequests = 429;

/// What the calls of one backend on one worker have in common. Outlives them.
struct Circuit {
    const BreakerSettings& settings;
    Breaker& breaker;
    component::Wiring wiring;

    [[nodiscard]] Outcome outcome_of(int status) const;
    void report(Breaker::Ticket ticket, Outcome outcome) const;
    void log(Breaker::State state) const;
};

Outcome Circuit::outcome_of(int status) const {
    const auto& valid = settings.valid_statuses;
    if (!valid.empty()) {
        const bool fine = std::find(valid.begin(), valid.end(), status) != valid.end();
        return fine ? Outcome::Success : Outcome::Failure;
    }
    if (status >= 500 || status == kTooManyRequests ||
        (status >= 400 && settings.counts_client_errors)) {
        return Outcome::Failure;
    }
    return status >= 400 ? Outcome::Nothing : Outcome::Success;
}

void Circuit::report(Breaker::Ticket ticket, Outcome outcome) const {
    const auto state = breaker.report(ticket, outcome, wiring.loop.now());
    if (state && settings.logs_changes) {
        log(*state);
    }
}

void Circuit::log(Breaker::State state) const {
    const bool open = state == Breaker::State::Open;
    wiring.log.write(base::LogLevel::Warning,
                     open ? "circuit breaker opened: the backend is not called"
                          : "circuit breaker closed: the backend is called again",
                     {{"name", settings.name},
                      {"endpoint", wiring.endpoint->method + ' ' + wiring.endpoint->pattern},
                      {"backend", wiring.backend->pattern}});
}

/// The body of an answer: a failure if it breaks off.
class WatchedStream final : public http::BodyStream {
public:
    // style: parameters: it is the call's, and set here
    WatchedStream(std::unique_ptr<http::BodyStream> inner, bool& broke)
        : inner_(std::move(inner)), broke_(broke) {}

    [[nodiscard]] http::Result<http::Piece> next() override {
        auto piece = inner_->next();
        broke_ = broke_ || !piece;
        return piece;
    }
    void wake_with(std::function<void()> wake) override { inner_->wake_with(std::move(wake)); }
    [[nodiscard]] bool broken() const override { return inner_->broken(); }
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return inner_->length(); }

private:
    std::unique_ptr<http::BodyStream> inner_;
    bool& broke_;  // of the call, which outlives the stream
};

/// Reports when it is destroyed: by then all that can be wrong with the answer is known. A trial,
/// for which all others wait, reports what its head says: they need not wait for the end of a body
/// that may be long, or for a client that reads slowly.
class WatchedCall final : public http::Call {
public:
    WatchedCall(const Circuit& circuit, Breaker::Ticket ticket, base::Time deadline,
                http::Done done)
        : circuit_(circuit),
          ticket_(ticket),
          deadline_(deadline),
          done_(std::move(done)),
          settle_(circuit.wiring.loop, [this] { settle(); }) {}
    ~WatchedCall() override {
        inner_.reset();
        if (settled_) {
            if (broke_ && settled_ == Outcome::Success) {
                circuit_.report(Breaker::rest_of(ticket_), Outcome::Failure);
            }
            return;
        }
        // What was given up at its deadline had not answered in time.
        const bool late =
            !outcome_ && deadline_ != base::Time{} && circuit_.wiring.loop.now() >= deadline_;
        circuit_.report(ticket_,
                        broke_ || late ? Outcome::Failure : outcome_.value_or(Outcome::Nothing));
    }

    void start(const http::Request& request, http::Service& inner) {
        inner_ = inner.call(
            request, [this](http::Result<http::Response> answer) { collect(std::move(answer)); });
    }
    void reject_answer() override { broke_ = broke_ || outcome_ == Outcome::Success; }

private:
    void collect(http::Result<http::Response> answer) {
        if (!answer) {
            const bool backends = base::row(answer.error().code).fault == base::Fault::Backend;
            outcome_ = backends ? Outcome::Failure : Outcome::Nothing;
        } else {
            outcome_ = circuit_.outcome_of(answer->status);
            broke_ = answer->cut.has_value();
            if (answer->stream) {
                answer->stream = std::make_unique<WatchedStream>(std::move(answer->stream), broke_);
            }
        }
        if (ticket_.trial && answer && answer->stream) {
            settle();
        } else if (ticket_.trial) {
            settle_.start({});  // whoever gets a whole answer may reject it in this turn
        }
        const http::Done done = std::move(done_);
        done(std::move(answer));
    }

    void settle() {
        const Outcome outcome = broke_ ? Outcome::Failure : *outcome_;
        if (outcome != Outcome::Nothing) {
            settled_ = outcome;
            circuit_.report(ticket_, outcome);
        }
    }

    const Circuit& circuit_;
    Breaker::Ticket ticket_;
    base::Time deadline_;
    http::Done done_;
    std::optional<Outcome> outcome_;
    bool broke_ = false;
    std::optional<Outcome> settled_;  // of a trial: what was reported of it
    base::Timer settle_;
    std::unique_ptr<http::Call> inner_;
};

class CircuitGate final : public http::Service {
public:
    CircuitGate(const Circuit& circuit, std::uint64_t& refused, http::Service& inner)
        : circuit_(circuit), refused_(refused), inner_(inner) {}

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        const base::Time now = circuit_.wiring.loop.now();
        const auto ticket = circuit_.breaker.admit(now);
        if (!ticket) {
            ++refused_;
            return http::fail_later(circuit_.wiring.loop, refusal(now), std::move(done));
        }
        auto call =
            std::make_unique<WatchedCall>(circuit_, *ticket, request.deadline, std::move(done));
        call->start(request, inner_);
        return call;
    }

private:
    [[nodiscard]] base::Error refusal(base::Time now) const {
        const auto left = std::chrono::ceil<std::chrono::seconds>(circuit_.breaker.open_left(now));
        return {.code = Code::BreakerOpen,
                .detail = "the backend is not called: it failed too often",
                .retry_after = static_cast<std::uint32_t>(std::max<std::int64_t>(left.count(), 1))};
    }

    Circuit circuit_;
    std::uint64_t& refused_;
    http::Service& inner_;
};

template <const std::string_view& Name>
std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    const auto* const settings = component::settings_at<BreakerSettings>(wiring, Name);
    auto* const shared = wiring.shared == nullptr ? nullptr : wiring.shared->of(wiring, Name);
    if (settings == nullptr || shared == nullptr) {
        return nullptr;
    }
    return std::make_unique<CircuitGate>(Circuit{*settings, static_cast<Breaker&>(*shared), wiring},
                                         component::rejections(wiring, Name, Code::BreakerOpen),
                                         inner);
}

std::shared_ptr<component::Shared> share(const component::Sharing& /*sharing*/,
                                         const reading::Settings& settings) {
    return std::make_shared<Breaker>(static_cast<const BreakerSettings&>(settings).rules);
}

}  // namespace

constinit const component::Component kCircuitBreaker{
    .reader = {kName, reading::InBackend, read_breaker},
    .schema = circuit_breaker_schema,
    .wrap = wrap<kName>,
    .rules = kBreakerRules,
    .share = share,
    .metrics = breaker_metrics,
    .differs = kBreakerDiffers,
};

constinit const component::Component kHttpCircuitBreaker{
    .reader = {kHttpName, reading::InBackend, read_http_breaker},
    .schema = circuit_breaker_http_schema,
    .wrap = wrap<kHttpName>,
    .rules = {},
    .share = share,
    .metrics = breaker_metrics,
};

}  // namespace aggregator::components
