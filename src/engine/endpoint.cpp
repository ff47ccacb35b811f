#include <aggregator/engine/endpoint.hpp>

#include <utility>

#include <aggregator/base/assert.hpp>

#include "engine/exchange.hpp"
#include "engine/setting.hpp"

namespace aggregator::engine {

Endpoint::Endpoint(Workspace& workspace, const plan::Endpoint& endpoint,
                   std::vector<http::Service*> backends)
    : setting_(std::make_unique<const Setting>(workspace, endpoint, std::move(backends))) {
    AGG_ASSERT(setting_->backends.size() == endpoint.backends.size());
    AGG_ASSERT(!setting_->backends.empty());
}

Endpoint::~Endpoint() = default;

std::unique_ptr<http::Call> Endpoint::call(const http::Request& request, http::Done done) {
    auto exchange = std::make_unique<Exchange>(*setting_, std::move(done));
    exchange->start(request);
    return exchange;
}

}  // namespace aggregator::engine
