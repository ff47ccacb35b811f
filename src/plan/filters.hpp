#pragma once

#include <aggregator/plan/plan.hpp>

namespace aggregator::plan {

/// Works out what both lists, the endpoint's and the backend's, let through, and which fields the
/// gateway adds of its own.
void compile_filters(const config::EndpointConfig& endpoint, const config::BackendConfig& config,
                     Backend& backend);

}  // namespace aggregator::plan
