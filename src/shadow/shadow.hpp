#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <aggregator/shadow/mirror.hpp>
#include "shadow/breaker.hpp"
#include "shadow/copy.hpp"
#include "shadow/copy_builder.hpp"
#include "shadow/gate.hpp"
#include "shadow/record.hpp"

namespace aggregator::shadow {

/// One shadow of one endpoint on one worker: decides, makes copies, lets them wait, and keeps the
/// ledger. Owned by its Mirror.
class Shadow {
public:
    Shadow(const Mirror::Context& context, const plan::Endpoint& endpoint, Mirror::Wiring wiring);
    ~Shadow();
    Shadow(const Shadow&) = delete;
    Shadow& operator=(const Shadow&) = delete;

    /// Whether this request is copied; counts it. If so, copy() must follow in the same turn.
    [[nodiscard]] std::optional<Breaker::Verdict> admit(const http::Request& request);
    /// Makes the copy of an admitted request: sends it, lets it wait, or drops it.
    void copy(const http::Request& request, Copy::Extras extras, CopyBuilder& builder);

    /// What a copy may use of a streamed body.
    [[nodiscard]] http::Tee::Limits body_limits();

    /// Whether a copy whose deadline has passed may end in this turn of the loop. Those that were
    /// made together reach it together, and clients must not wait for all their connections to end.
    [[nodiscard]] bool may_expire();
    /// Called by a copy; it is gone afterwards.
    void ended(Copy& copy, const http::Result<http::Response>& outcome);
    /// Ends all copies as Shutdown.
    void abandon();

    /// Whether lines of the log may tell of its copies.
    [[nodiscard]] bool tells_anything() const;
    [[nodiscard]] const plan::Backend& backend() const { return *wiring_.backend; }
    [[nodiscard]] const plan::ShadowRules& rules() const { return *wiring_.backend->rules; }
    [[nodiscard]] Ledger ledger() const;
    [[nodiscard]] std::size_t in_flight() const { return copies_.size(); }
    [[nodiscard]] base::Duration timeout() const;
    [[nodiscard]] base::Loop& loop() const { return context_.loop; }
    [[nodiscard]] http::Service& service() const { return *wiring_.service; }

private:
    using Verdict = Breaker::Verdict;

    [[nodiscard]] std::optional<Reason> obstacle(const http::Request& request) const;
    [[nodiscard]] bool must_wait() const { return sent_ >= rules().config.limits.concurrency; }
    [[nodiscard]] Record record_of(const Copy& copy) const;
    void count(Reason reason) { ++ledger_.dropped[static_cast<std::size_t>(reason)]; }
    [[nodiscard]] bool tells(const Record& record) const;
    void tell(const Record& record) const;
    /// A copy that was not sent: thousands a second may follow, so those of some seconds are told
    /// together.
    void tell_unsent(const Record& record);
    void tell_rest();
    void tell_breaker(Verdict verdict, Breaker::Outcome outcome);
    void enqueue(Copy& copy, const http::Request& request);
    void send_next();
    [[nodiscard]] std::unique_ptr<Copy> take_out(Copy& copy);

    Mirror::Context context_;
    const plan::Endpoint& endpoint_;
    Mirror::Wiring wiring_;
    Gate gate_;
    Breaker breaker_;
    Ledger ledger_;  // without what copies_ and held_ say
    http::HeldBytes held_;
    base::Timer tell_rest_;     // armed since a copy that was not sent was told
    std::uint64_t untold_ = 0;  // those that were not sent since then
    std::optional<Reason> untold_reason_;
    base::Time expiring_{};  // the turn in which `expired_` copies have reached their deadline
    std::uint32_t expired_ = 0;
    std::uint32_t sent_ = 0;   // copies that do not wait
    std::deque<Copy*> queue_;  // those that do, the oldest first
    std::vector<std::unique_ptr<Copy>> copies_;
};

}  // namespace aggregator::shadow
