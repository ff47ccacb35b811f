#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <aggregator/component/component.hpp>
#include <aggregator/component/refusal.hpp>
#include <aggregator/http/service.hpp>

#include "components/rate_limit/client_key.hpp"
#include "components/rate_limit/limiter.hpp"
#include "components/rate_limit/settings.hpp"

namespace aggregator::components {

/// Where a limit stands, and what it is called. The strings of `component` outlive it.
struct LimitPlace {
    const component::Wiring& wiring;
    std::string_view component;
    std::string metric;       ///< the name of its metrics
    std::string client_name;  ///< what replies call the limit of each client
    std::string common_name;  ///< and the limit of all
};

/// Lets a request through if its client's bucket has a token, and then the common one; answers it
/// with 429 or 503 if not. A token that a client spent on a request that was then refused for all
/// is not given back. Owned by a graph, on its worker's thread; the buckets are everybody's.
class LimitGate final : public http::Service {
public:
    /// Settings, buckets and `inner` outlive it.
    LimitGate(const LimitPlace& place, const LimitSettings& limit, Buckets& buckets,
              http::Service& inner);

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

private:
    /// One of its two limits, as replies tell of it.
    struct Side {
        std::string quoted;  ///< its name
        std::string policy;
        component::Refusals refusals;
    };

    [[nodiscard]] std::unique_ptr<http::Call> refuse(Side& side,
                                                     const token_bucket::Verdict& verdict,
                                                     const http::Request& request, http::Done done);
    [[nodiscard]] std::unique_ptr<http::Call> pass(std::string state, const http::Request& request,
                                                   http::Done done);

    base::Loop& loop_;
    const LimitSettings& limit_;
    Buckets& buckets_;
    ClientKey key_;
    Side client_;
    Side common_;
    std::string policies_;  ///< of both
    component::Refusals missing_;
    std::uint64_t& admitted_;
    std::uint64_t& refused_;
    std::uint64_t& key_missing_;
    http::Service& inner_;
};

}  // namespace aggregator::components
