#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/log.hpp>
#include <aggregator/base/loop.hpp>
#include <aggregator/http/service.hpp>
#include <aggregator/http/tee.hpp>
#include <aggregator/plan/plan.hpp>
#include <aggregator/shadow/controls.hpp>
#include <aggregator/shadow/ledger.hpp>

namespace aggregator::shadow {

class Shadow;
class CopyBuilder;
class LiveReply;

/// What all copies of one worker may use together. Owned by app's worker.
struct Budget {
    std::uint32_t in_flight_max = 0;
    std::uint32_t in_flight = 0;
    http::HeldBytes held{};  ///< of bodies, for copies that wait or lag
};

/// A Service around an endpoint: hands each request to the endpoint, then sends a copy to each of
/// its shadows that wants one. The endpoint's answer passes untouched; an answer to a copy is read
/// and dropped. A copy has its own deadline and outlives its client. The live side is started first
/// and never held back: a streamed body is teed, a copy that cannot keep up is given up. Every
/// request that a shadow sees ends in exactly one line of its ledger. Lives on the loop's thread,
/// owned by app's worker.
class Mirror final : public http::Service {
public:
    struct Context {
        base::Loop& loop;
        const plan::Plan& plan;
        base::Log& log;
        Budget& budget;
        double share = 1;  ///< this worker's part of what is limited for the process
    };
    /// One shadow: what it is, what can be changed, and who sends its copies and drops the bodies
    /// of their answers.
    struct Wiring {
        std::shared_ptr<const plan::Backend> backend;
        std::shared_ptr<const Controls> controls;
        std::shared_ptr<http::Service> service;
    };

    /// `endpoint` and `live` are borrowed.
    Mirror(const Context& context, const plan::Endpoint& endpoint, http::Service& live);
    ~Mirror() override;
    Mirror(const Mirror&) = delete;
    Mirror& operator=(const Mirror&) = delete;

    /// Adds a shadow, in the place of one with the same id if there is one.
    void put(Wiring wiring);
    /// No further copies; those under way come to their end.
    void remove(std::string_view id);
    /// Ends all copies at once, as Shutdown.
    void abandon();

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

    /// Copies that have not ended.
    [[nodiscard]] std::size_t in_flight() const;
    /// Shows each shadow's ledger with its id; removed ones until their last copy has ended.
    void visit(const std::function<void(const std::string&, const Ledger&)>& show) const;

private:
    class MirroredCall;

    void forget_ended();  // never from a copy's end: it may be its shadow's last
    /// The request's own, or one by chance.
    [[nodiscard]] std::string id_of(const http::Request& request) const;
    /// Null while nothing is told of any copy.
    [[nodiscard]] std::shared_ptr<LiveReply> live_reply() const;

    Context context_;
    const plan::Endpoint& endpoint_;
    http::Service& live_;
    std::unique_ptr<CopyBuilder> builder_;
    std::vector<std::unique_ptr<Shadow>> shadows_;
    std::vector<std::unique_ptr<Shadow>> removed_;  // have copies under way
    base::Timer forget_;
    bool special_ = false;  // a shadow waits, or follows a step
};

}  // namespace aggregator::shadow
