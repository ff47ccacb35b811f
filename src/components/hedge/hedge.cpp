#include "components/hedge/hedge.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/component/repeat_budget.hpp>
#include <aggregator/http/owned_request.hpp>
#include <aggregator/plan/labels.hpp>

#include "components/hedge/latencies.hpp"
#include "components/hedge/rules.hpp"
#include "components/hedge/schema.hpp"
#include "components/hedge/settings.hpp"

namespace aggregator::components {

namespace {

using base::Code;
using http::Response;
using http::Result;

constexpr std::string_view kName = "backend/hedge";
constexpr double kPercent = 100;
constexpr double kFirst = 10;  // hedges that need no earlier calls
constexpr int kServerError = 500;

constexpr base::Metric kHedges{"aggregator_hedges_total",
                               base::MetricKind::Counter,
                               "Further calls to backends that were slow: taken if theirs was the "
                               "answer, else dropped; no_budget if there was none.",
                               {"endpoint", "backend", "outcome"}};
constexpr const base::Metric* kMetrics[] = {&kHedges};

base::Metrics hedge_metrics() { return kMetrics; }

enum class Outcome : std::uint8_t { Taken, Dropped, NoBudget };
constexpr std::array<std::string_view, 3> kOutcomes{"taken", "dropped", "no_budget"};

/// What the calls of one backend on one worker have in common. Outlives them.
class Hedging {
public:
    Hedging(const component::Wiring& wiring, const HedgeSettings& settings, http::Service& inner);

    [[nodiscard]] base::Loop& loop() const { return loop_; }
    [[nodiscard]] http::Service& inner() const { return inner_; }
    [[nodiscard]] std::uint32_t max() const { return settings_.max; }
    [[nodiscard]] component::RepeatBudget& budget() { return budget_; }
    [[nodiscard]] Latencies& latencies() { return latencies_; }
    /// How long a call is waited for before the next one; nothing: there is no next one.
    [[nodiscard]] std::optional<base::Duration> patience() const {
        return settings_.by_latency ? latencies_.p95() : settings_.after;
    }
    void count(Outcome outcome) { ++*counts_.at(static_cast<std::size_t>(outcome)); }

private:
    base::Loop& loop_;
    http::Service& inner_;
    const HedgeSettings& settings_;
    component::RepeatBudget budget_;
    Latencies latencies_;
    std::array<std::uint64_t*, kOutcomes.size()> counts_{};
};

Hedging::Hedging(const component::Wiring& wiring, const HedgeSettings& settings,
                 http::Service& inner)
    : loop_(wiring.loop),
      inner_(inner),
      settings_(settings),
      budget_({.share = settings.budget / kPercent, .first = kFirst}, wiring.loop.now()) {
    const base::Labels place(plan::labels_of(*wiring.endpoint, *wiring.backend));
    for (std::size_t i = 0; i < kOutcomes.size(); ++i) {
        counts_.at(i) = &wiring.rows.counter(kHedges, place.with(std::string(kOutcomes.at(i))));
    }
}

class HedgeCall final : public http::Call {
public:
    HedgeCall(Hedging& hedging, const http::Request& request, http::Done done)
        : hedging_(hedging),
          done_(std::move(done)),
          request_(request),
          began_(hedging.loop().now()),
          next_(hedging.loop(), [this] { hedge(); }) {
        copies_.resize(std::size_t{1} + hedging.max());
    }
    ~HedgeCall() override {
        if (done_) {
            if (is_late()) {
                hedging_.latencies().add(hedging_.loop().now() - began_);
            }
            settle(nullptr);
        }
    }

    void start() {
        call();
        wait();
    }
    void reject_answer() override {
        if (winner_ != nullptr) {
            winner_->call->reject_answer();
        }
    }

private:
    /// One of the calls.
    struct Copy {
        http::Asked asked;
        bool refused = false;  // without a call, unless it has counted some
        std::unique_ptr<http::Call> call;
    };

    void call() {
        Copy& copy = copies_.at(called_++);
        const std::vector<std::string_view> avoid = hosts();
        http::Request request = request_.request();
        request.asked = &copy.asked;
        request.avoid = avoid;
        ++waiting_;
        copy.call = hedging_.inner().call(
            request, [this, &copy](Result<Response> answer) { collect(copy, std::move(answer)); });
    }

    /// Those that were asked already.
    [[nodiscard]] std::vector<std::string_view> hosts() const {
        std::vector<std::string_view> hosts;
        for (const Copy& copy : copies_) {
            if (!copy.asked.host.empty()) {
                hosts.push_back(copy.asked.host);
            }
        }
        return hosts;
    }

    void wait() {
        const auto patience = hedging_.patience();
        if (patience && called_ < copies_.size()) {
            next_.start(*patience);
        }
    }

    void hedge() {
        if (!hedging_.budget().take(hedging_.loop().now())) {
            return hedging_.count(Outcome::NoBudget);
        }
        call();
        wait();
    }

    void collect(Copy& copy, Result<Response> answer) {
        --waiting_;
        copy.refused = !answer && (answer.error().code == Code::BreakerOpen ||
                                   base::row(answer.error().code).fault != base::Fault::Backend);
        const bool good = answer && !answer->cut && answer->status < kServerError;
        if (!good && waiting_ > 0) {
            if (answer) {
                answer->stream.reset();  // before its call
            }
            copy.call.reset();
            return;
        }
        next_.stop();
        winner_ = &copy;
        for (Copy& other : copies_) {
            if (&other != &copy) {
                other.call.reset();
            }
        }
        hedging_.latencies().add(hedging_.loop().now() - began_);
        settle(&copy);
        // Whoever gets the answer may destroy this call.
        const http::Done done = std::move(done_);
        done(std::move(answer));
    }

    /// Counts, and notes what the log shows: the call whose answer was taken, else the first one.
    void settle(const Copy* taken) {
        for (std::size_t i = 1; i < called_; ++i) {
            hedging_.count(&copies_.at(i) == taken ? Outcome::Taken : Outcome::Dropped);
        }
        if (http::Asked* const asked = request_.request().asked) {
            *asked = (taken == nullptr ? copies_.front() : *taken).asked;
            asked->tries = 0;
            for (std::size_t i = 0; i < called_; ++i) {
                const Copy& copy = copies_.at(i);
                asked->tries += copy.refused ? copy.asked.tries : std::max(copy.asked.tries, 1u);
            }
        }
    }

    [[nodiscard]] bool is_late() const {
        const base::Time deadline = request_.request().deadline;
        return deadline != base::Time{} && hedging_.loop().now() >= deadline;
    }

    Hedging& hedging_;
    http::Done done_;
    http::OwnedRequest request_;
    base::Time began_;
    std::vector<Copy> copies_;  // of a size that stays: calls write into them
    std::size_t called_ = 0;
    std::size_t waiting_ = 0;
    const Copy* winner_ = nullptr;
    base::Timer next_;
};

/// Whether a second call does no harm, and can be made.
bool is_repeatable(const http::Request& request) {
    return request.stream == nullptr &&
           (request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS");
}

class HedgeService final : public http::Service {
public:
    HedgeService(const component::Wiring& wiring, const HedgeSettings& settings,
                 http::Service& inner)
        : hedging_(wiring, settings, inner) {}

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        if (!is_repeatable(request)) {
            return hedging_.inner().call(request, std::move(done));
        }
        hedging_.budget().note_call();
        auto call = std::make_unique<HedgeCall>(hedging_, request, std::move(done));
        call->start();
        return call;
    }

private:
    Hedging hedging_;
};

std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    const auto* const settings = component::settings_at<HedgeSettings>(wiring, kName);
    return settings == nullptr ? nullptr : std::make_unique<HedgeService>(wiring, *settings, inner);
}

}  // namespace

constinit const component::Component kHedge{
    .reader = {kName, reading::InBackend, read_hedge},
    .schema = hedge_schema,
    .wrap = wrap,
    .rules = kHedgeRules,
    .metrics = hedge_metrics,
};

}  // namespace aggregator::components
