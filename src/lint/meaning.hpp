#pragma once

#include <string>

#include <aggregator/config/model.hpp>

namespace aggregator::lint {

/// All that a configuration says, as a text that is equal for two of them exactly if they mean the
/// same: places do not count, nor does a name that stands in a list of headers or query strings
/// again.
[[nodiscard]] std::string meaning_of(const config::ServiceConfig& service);

}  // namespace aggregator::lint
