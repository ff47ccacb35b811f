#include <aggregator/component/component.hpp>

#include "components/api_keys/api_keys.hpp"
#include "components/auth_validator/auth_validator.hpp"
#include "components/basic_auth/basic_auth.hpp"
#include "components/bot_detector/bot_detector.hpp"
#include "components/circuit_breaker/circuit_breaker.hpp"
#include "components/client_credentials/client_credentials.hpp"
#include "components/cors/cors.hpp"
#include "components/hedge/hedge.hpp"
#include "components/http_cache/http_cache.hpp"
#include "components/http_security/http_security.hpp"
#include "components/ip_filter/ip_filter.hpp"
#include "components/rate_limit/rate_limit.hpp"
#include "components/response_cache/response_cache.hpp"
#include "components/response_headers/response_headers.hpp"
#include "components/retry/retry.hpp"

namespace aggregator::components {

namespace {

// A line each: a component is taken out with its line.
// clang-format off
constexpr const component::Component* kAll[] = {
    &kApiKeys,
    &kBasicAuth,
    &kClientCredentials,
    &kAuthValidator,
    &kHedge,
    &kRetry,
    &kResponseHeaders,
    &kIpFilterOfServer,
    &kIpFilterOfEndpoint,
    &kCircuitBreaker,
    &kHttpCircuitBreaker,
    &kHttpCache,
    &kProxyLimit,
    &kRouterLimit,
    &kServiceLimit,
    &kTieredLimit,
    &kResponseCache,
    &kBotDetector,
    &kCors,
    &kHttpSecurity,
    &kIpFilter,
};
// clang-format on

}  // namespace

}  // namespace aggregator::components

namespace aggregator::component {

std::span<const Component* const> all() { return components::kAll; }

}  // namespace aggregator::component
