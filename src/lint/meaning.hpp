#pragma once

#include <aggregator/config/service.hpp>

namespace aggregator::lint {

/// Whether two configurations say the same: places do not count, nor does a name that stands in a
/// list of headers or query strings again.
[[nodiscard]] bool mean_the_same(const config::ServiceConfig& a, const config::ServiceConfig& b);

}  // namespace aggregator::lint
