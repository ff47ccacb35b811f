#pragma once

#include <aggregator/plan/plan.hpp>

namespace aggregator::plan {

/// Works out how a backend's answer is reshaped. A flatmap_filter switches allow, deny and mapping
/// off.
[[nodiscard]] Shape compile_shape(const config::BackendConfig& backend);

}  // namespace aggregator::plan
