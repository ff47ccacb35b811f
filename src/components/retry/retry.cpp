#include "components/retry/retry.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/base/held.hpp>
#include <aggregator/component/repeat_budget.hpp>
#include <aggregator/http/owned_request.hpp>
#include <aggregator/http/tee.hpp>
#include <aggregator/plan/labels.hpp>

#include "components/retry/retry_after.hpp"
#include "components/retry/rules.hpp"
#include "components/retry/schema.hpp"
#include "components/retry/settings.hpp"

namespace aggregator::components {

namespace {

using base::Code;
using http::Response;
using http::Result;

constexpr std::string_view kName = "backend/retry";
constexpr double kPercent = 100;

constexpr base::Metric kRetries{"aggregator_retries_total",
                                base::MetricKind::Counter,
                                "Calls that were made again, by what went wrong before.",
                                {"endpoint", "backend", "reason"}};
constexpr base::Metric kGivenUp{"aggregator_retries_refused_total",
                                base::MetricKind::Counter,
                                "Calls that would have been made again, by what was missing.",
                                {"endpoint", "backend", "missing"}};
constexpr const base::Metric* kMetrics[] = {&kRetries, &kGivenUp};

base::Metrics retry_metrics() { return kMetrics; }

/// Why a call is made again.
enum class Reason : std::uint8_t { Connect, Reset, Timeout, Status };
constexpr std::array<std::string_view, 4> kReasons{"connect", "reset", "timeout", "status"};
/// Why it is not, though it failed for such a reason.
enum class Missing : std::uint8_t { Budget, Time, Body };
constexpr std::array<std::string_view, 3> kMissing{"budget", "time", "body"};

std::optional<Reason> reason_of(Code code) {
    switch (code) {
        case Code::Resolve:
        case Code::Connect:
        case Code::TlsHandshake:
        case Code::TlsUntrusted:
        case Code::TlsExpired:
        case Code::TlsWrongName:
        case Code::TlsNotSpoken:
            return Reason::Connect;
        case Code::Reset:
        case Code::Closed:
            return Reason::Reset;
        case Code::Timeout:
            return Reason::Timeout;
        default:
            return std::nullopt;
    }
}

/// What the calls of one backend on one worker have in common. Outlives them.
class Retrying {
public:
    Retrying(const component::Wiring& wiring, const RetrySettings& settings, http::Service& inner);

    [[nodiscard]] base::Loop& loop() const { return loop_; }
    [[nodiscard]] http::Service& inner() const { return inner_; }
    [[nodiscard]] const RetrySettings& settings() const { return settings_; }
    [[nodiscard]] std::uint64_t body_bytes_max() const { return body_bytes_max_; }
    [[nodiscard]] component::RepeatBudget& budget() { return budget_; }
    void count(Reason reason) { ++*retries_.at(static_cast<std::size_t>(reason)); }
    void count(Missing missing) { ++*given_up_.at(static_cast<std::size_t>(missing)); }

    /// Why an outcome is worth another try; nothing: it is what the caller gets.
    [[nodiscard]] std::optional<Reason> reason_for(const Result<Response>& answer) const;
    /// A pause at random, before the try behind that many.
    [[nodiscard]] base::Duration pause_after(std::uint32_t tries) const;

private:
    base::Loop& loop_;
    http::Service& inner_;
    const RetrySettings& settings_;
    std::uint64_t body_bytes_max_;
    component::RepeatBudget budget_;
    std::array<std::uint64_t*, kReasons.size()> retries_{};
    std::array<std::uint64_t*, kMissing.size()> given_up_{};
};

Retrying::Retrying(const component::Wiring& wiring, const RetrySettings& settings,
                   http::Service& inner)
    : loop_(wiring.loop),
      inner_(inner),
      settings_(settings),
      body_bytes_max_(wiring.plan.service.router.max_body_bytes),
      budget_({.share = settings.budget / kPercent,
               .per_second = static_cast<double>(settings.budget_min)},
              wiring.loop.now()) {
    const base::Labels place(plan::labels_of(*wiring.endpoint, *wiring.backend));
    for (std::size_t i = 0; i < kReasons.size(); ++i) {
        retries_.at(i) = &wiring.rows.counter(kRetries, place.with(std::string(kReasons.at(i))));
    }
    for (std::size_t i = 0; i < kMissing.size(); ++i) {
        given_up_.at(i) = &wiring.rows.counter(kGivenUp, place.with(std::string(kMissing.at(i))));
    }
}

std::optional<Reason> Retrying::reason_for(const Result<Response>& answer) const {
    if (answer &&
        std::ranges::find(settings_.on_statuses, answer->status) != settings_.on_statuses.end()) {
        return Reason::Status;
    }
    if (answer && !answer->cut) {
        return std::nullopt;
    }
    const auto reason = reason_of(answer ? answer->cut->code : answer.error().code);
    const bool listed = (reason == Reason::Connect && settings_.on_connect) ||
                        (reason == Reason::Reset && settings_.on_reset) ||
                        (reason == Reason::Timeout && settings_.on_timeout);
    return listed ? reason : std::nullopt;
}

base::Duration Retrying::pause_after(std::uint32_t tries) const {
    const base::Duration first =
        std::min<base::Duration>(settings_.backoff, RetrySettings::kBackoffMax);
    const base::Duration most = std::min<base::Duration>(first * (std::int64_t{1} << (tries - 1)),
                                                         RetrySettings::kBackoffMax);
    const auto choices = static_cast<std::uint64_t>(most.count()) + 1;
    return base::Duration(static_cast<std::int64_t>(loop_.random() % choices));
}

/// One call and what is tried again of it. What is kept for that goes as soon as the answer that
/// counts is there.
class RetryCall final : public http::Call, private base::Holding {
public:
    RetryCall(Retrying& retrying, const http::Request& request, http::Done done)
        : Holding(retrying.loop().held()),
          retrying_(retrying),
          done_(std::move(done)),
          request_(request),
          asked_(request.asked != nullptr ? request.asked : &own_asked_),
          pause_(retrying.loop(), [this] { try_again(); }),
          limit_(retrying.loop(), [this] { stop_trying(); }) {
        if (request.stream != nullptr) {
            share_body(*request.stream);
        } else if (!request.body.empty()) {
            hold(base::HeldKind::Body, request.body.size());
        }
    }

    void start() { call(); }
    void reject_answer() override {
        if (inner_) {
            inner_->reject_answer();
        }
    }

private:
    // A call may read from its reader before call() returns: all readers exist before the first
    // call. What the sender is held back by is the first try; for later ones so much is kept as
    // bodies may be long.
    void share_body(http::BodyStream& body) {
        tee_.emplace(retrying_.loop(), body, http::Tee::kNoLimit);
        reader_ = tee_->paced_reader();
        for (std::uint32_t i = 1; i < retrying_.settings().attempts; ++i) {
            spare_.push_back(tee_->lagging_reader({.lag_bytes_max = retrying_.body_bytes_max()}));
        }
    }

    void call() {
        const base::Time deadline = request_.request().deadline;
        ++tries_;
        *asked_ = {};
        asked_->tries = tries_;
        http::Request request = request_.request();
        request.asked = asked_;
        request.avoid = avoid_;
        request.stream = reader_.get();
        if (retrying_.settings().try_timeout > base::Duration::zero()) {
            const base::Time end = retrying_.loop().now() + retrying_.settings().try_timeout;
            request.deadline = deadline == base::Time{} ? end : std::min(end, deadline);
            limit_.start_at(request.deadline);
        }
        inner_ = retrying_.inner().call(
            request, [this](Result<Response> answer) { collect(std::move(answer)); });
    }

    void stop_trying() {
        inner_.reset();  // at its own deadline: it failed, for whoever keeps count
        collect(base::fail(Code::Timeout, "the backend did not answer within `try_timeout`"));
    }

    void collect(Result<Response> answer) {
        limit_.stop();
        const auto reason = retrying_.reason_for(answer);
        if (!reason) {
            // What was refused without a call is no try.
            const bool refused =
                !answer && (answer.error().code == Code::BreakerOpen ||
                            base::row(answer.error().code).fault != base::Fault::Backend);
            asked_->tries = refused ? tries_ - 1 : tries_;
            return finish(std::move(answer));
        }
        if (tries_ >= retrying_.settings().attempts) {
            return finish(std::move(answer));
        }
        const base::Duration asked_for =
            answer ? retry_after_of(answer->headers).value_or(base::Duration::zero())
                   : base::Duration::zero();
        const base::Duration pause = std::max(retrying_.pause_after(tries_), asked_for);
        if (const auto missing = missing_for(pause)) {
            retrying_.count(*missing);
            return finish(std::move(answer));
        }
        retrying_.count(*reason);
        if (!asked_->host.empty()) {
            avoid_.push_back(asked_->host);
        }
        if (answer) {
            answer->stream.reset();  // before its call
        }
        inner_.reset();
        pause_.start(pause);
    }

    [[nodiscard]] std::optional<Missing> missing_for(base::Duration pause) {
        if (body_gone_ || (tee_ && spare_.back()->broken())) {
            return Missing::Body;
        }
        const base::Time now = retrying_.loop().now();
        const base::Time deadline = request_.request().deadline;
        if (deadline != base::Time{} && now + pause >= deadline) {
            return Missing::Time;
        }
        return retrying_.budget().take(now) ? std::nullopt : std::optional(Missing::Budget);
    }

    void try_again() {
        if (tee_) {
            reader_ = std::move(spare_.back());
            spare_.pop_back();
        }
        call();
    }

    // A call that is under way has its own copy, and goes on.
    void give_up(base::HeldKind) override {
        body_gone_ = true;
        request_.clear();
        if (pause_.armed()) {
            pause_.stop();
            finish(base::fail(Code::MemoryFull, "the memory for bodies is used up"));
        }
    }

    void finish(Result<Response> answer) {
        release();
        spare_.clear();
        // Whoever gets the answer may destroy this call.
        const http::Done done = std::move(done_);
        done(std::move(answer));
    }

    Retrying& retrying_;
    http::Done done_;
    http::OwnedRequest request_;
    http::Asked own_asked_;
    http::Asked* asked_;  // of the last try
    std::optional<http::Tee> tee_;
    std::unique_ptr<http::BodyStream> reader_;  // of the call that is under way
    std::vector<std::unique_ptr<http::BodyStream>> spare_;
    std::vector<std::string_view> avoid_;  // hosts that failed
    std::unique_ptr<http::Call> inner_;    // declared after what it reads from
    base::Timer pause_;
    base::Timer limit_;
    std::uint32_t tries_ = 0;
    bool body_gone_ = false;
};

class RetryService final : public http::Service {
public:
    RetryService(const component::Wiring& wiring, const RetrySettings& settings,
                 http::Service& inner)
        : retrying_(wiring, settings, inner) {}

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        if (!retrying_.settings().repeats(request.method)) {
            return retrying_.inner().call(request, std::move(done));
        }
        retrying_.budget().note_call();
        auto call = std::make_unique<RetryCall>(retrying_, request, std::move(done));
        call->start();
        return call;
    }

private:
    Retrying retrying_;
};

std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    const auto* const settings = component::settings_at<RetrySettings>(wiring, kName);
    return settings == nullptr || settings->attempts < 2
               ? nullptr
               : std::make_unique<RetryService>(wiring, *settings, inner);
}

}  // namespace

constinit const component::Component kRetry{
    .reader = {kName, reading::InBackend, read_retry},
    .schema = retry_schema,
    .wrap = wrap,
    .rules = kRetryRules,
    .metrics = retry_metrics,
};

}  // namespace aggregator::components
