#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <aggregator/base/held.hpp>
#include <aggregator/http/owned_response.hpp>
#include <aggregator/http/service.hpp>
#include <aggregator/http/tee.hpp>
#include <aggregator/shadow/mirror.hpp>
#include "shadow/shadow.hpp"

namespace aggregator::shadow {

/// A live exchange that its copies are bound to: its body is teed for them, they follow its steps,
/// or its answer waits for them. Whoever owns it may destroy it at any time; the copies live on.
/// An answer that waits counts as held: when that memory is used up, it waits no longer.
class Mirror::MirroredCall final : public http::Call,
                                   private http::Follower,
                                   private base::Holding {
public:
    MirroredCall(Mirror& mirror, http::Done done);
    ~MirroredCall() override;

    void start(const http::Request& request);

private:
    /// A shadow that gets a copy now, or with a step of the exchange.
    struct Place {
        Shadow* shadow = nullptr;
        Breaker::Verdict verdict = Breaker::Verdict::Pass;
        std::unique_ptr<http::BodyStream> body{};
    };

    void on_step(std::uint32_t index, const http::Request& request) override;
    void admit_all(const http::Request& request);
    void tee_body(const http::Request& request);
    void copy(Place& place, const http::Request& request);
    void answered(http::Result<http::Response> answer);
    void pass_on();
    void give_up(base::HeldKind kind) override;

    Mirror& mirror_;
    std::shared_ptr<LiveReply> reply_;  // null if nothing is told of copies
    http::Done done_;
    std::string id_;
    base::Time began_{};
    std::shared_ptr<Waiters> waiters_;
    std::optional<http::Tee> tee_;
    std::unique_ptr<http::BodyStream> live_body_;
    std::vector<Place> now_;
    std::vector<Place> later_;
    // Of an answer that has to wait: one or the other.
    std::optional<http::OwnedResponse> answer_;
    std::optional<base::Error> failure_;
    base::Timer limit_;
    std::unique_ptr<http::Call> live_;  // last: it uses the body
};

}  // namespace aggregator::shadow
