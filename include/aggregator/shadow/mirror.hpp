#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <aggregator/base/counters.hpp>
#include <aggregator/base/log.hpp>
#include <aggregator/base/loop.hpp>
#include <aggregator/http/service.hpp>
#include <aggregator/plan/forward.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::shadow {

/// A Service around an endpoint: hands each request to the endpoint, then sends a copy to every
/// shadow backend. The endpoint's answer passes untouched; an
/// answer to a copy is read to its end and dropped. A copy has its own deadline and outlives its
/// client; when too many of a shadow's copies are in flight, further ones are dropped and counted.
/// A streamed body is teed: the live side is never held back by a shadow, a shadow that lags
/// `max_body_bytes` behind is given up, and a body that is longer is not copied at all. Lives on
/// the loop's thread, owned by app's worker.
class Mirror final : public http::Service {
public:
    struct Context {
        base::Loop& loop;
        const plan::Plan& plan;
        base::Counters& counters;
        base::Log& log;
    };

    /// `shadows` answers for `endpoint.shadows`, one for one; they drop the bodies they get. All
    /// are borrowed.
    Mirror(const Context& context, const plan::Endpoint& endpoint, http::Service& live,
           std::vector<http::Service*> shadows);
    ~Mirror() override;
    Mirror(const Mirror&) = delete;
    Mirror& operator=(const Mirror&) = delete;

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

    /// Copies that have not ended.
    [[nodiscard]] std::size_t in_flight() const { return copies_.size(); }

private:
    class Copy;
    class TeedCall;
    friend class Copy;

    void copy_all(const http::Request& request, TeedCall* teed);
    void copy_one(std::size_t shadow, const http::Request& request, TeedCall* teed);
    void drop(std::size_t shadow, base::Code reason);
    void ended(Copy& copy, const http::Result<http::Response>& outcome);

    Context context_;
    const plan::Endpoint& endpoint_;
    http::Service& live_;
    std::vector<http::Service*> shadows_;
    std::vector<std::uint32_t> calls_;  // in flight, by shadow
    std::vector<std::unique_ptr<Copy>> copies_;
    plan::Outgoing outgoing_;
};

}  // namespace aggregator::shadow
