#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <aggregator/plan/plan.hpp>

namespace aggregator::plan {

/// The first of the `credentials`, which are names of headers, that a client's request may bring
/// to one of the backends that answer it; empty if none gets there. What such a backend answers may
/// be for that client alone, so a shared cache must not keep it (RFC 9111 3.5).
[[nodiscard]] std::string_view forwarded_credential(const std::vector<Backend>& backends,
                                                    const std::vector<std::string>& credentials);

}  // namespace aggregator::plan
