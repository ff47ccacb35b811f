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

/// The place of an element of `backend` in the sequence of the regular ones; a shadow stands at the
/// place of the next regular one behind it, or of the last.
[[nodiscard]] std::uint32_t position_of(const config::EndpointConfig& endpoint,
                                        std::uint32_t index);

/// Those of the values that a regular backend at its place would get which the shadow's url_pattern
/// names.
[[nodiscard]] std::vector<LateValue> shadow_late_values_of(const config::EndpointConfig& endpoint,
                                                           std::uint32_t index);

/// What the shadows at the place of a regular backend need besides what it has itself.
[[nodiscard]] std::vector<LateValue> follower_late_values_of(const config::EndpointConfig& endpoint,
                                                             std::uint32_t position,
                                                             const std::vector<LateValue>& own);

}  // namespace aggregator::plan
