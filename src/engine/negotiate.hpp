#pragma once

#include <string_view>

#include <aggregator/plan/plan.hpp>

namespace aggregator::engine {

/// The output encoding that an Accept header's value asks for. Its entries are tried from left to
/// right, without their parameters, on JSON, `text/plain` (YAML), XML and `application/x-yaml` in
/// that order: one fits if it is the offer's name, its beginning, or agrees with it up to a `*`.
/// JSON if nothing fits.
[[nodiscard]] plan::Output negotiate(std::string_view accept);

}  // namespace aggregator::engine
