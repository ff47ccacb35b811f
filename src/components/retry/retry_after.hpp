#pragma once

#include <optional>

#include <aggregator/base/loop.hpp>
#include <aggregator/http/message.hpp>

namespace aggregator::components {

/// How long an answer asks to wait before its request is made again (RFC 9110 10.2.3): seconds, or
/// the time to a date, from the answer's own Date if it has one, so that no clocks are compared.
/// Nothing if it does not ask, or what it says cannot be read.
[[nodiscard]] std::optional<base::Duration> retry_after_of(http::Fields headers);

}  // namespace aggregator::components
