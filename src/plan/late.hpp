#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <aggregator/plan/plan.hpp>

namespace aggregator::plan {

/// The values that a backend of a sequential endpoint gets out of earlier parts: what its
/// url_pattern names, then what `sequential_propagated_params` names; each once, and only of parts
/// before `position`, its place among the regular backends. An entry of the list counts wherever
/// `respN_path` or `RespN_path` stands in it; `respN` alone, the whole body, is for nobody here.
[[nodiscard]] std::vector<LateValue> late_values_of(const config::EndpointConfig& endpoint,
                                                    const config::BackendConfig& backend,
                                                    std::uint32_t position);

}  // namespace aggregator::plan
