#pragma once

#include <string_view>

#include <aggregator/plan/plan.hpp>

/// Filters that are written and keep nothing back.
namespace aggregator::plan {

/// Warns of each filter of an endpoint's backends that the format ignores: beside a flatmap_filter,
/// `deny` beside an `allow` that lets the same through, and all of them where answers pass through
/// untouched. Of `mapping`, which is no filter, beside a flatmap_filter too.
void tell_idle_filters(const config::EndpointConfig& endpoint, Output output,
                       reading::Diagnostics& diagnostics);

/// An endpoint's flatmap_filter that is not run.
void tell_idle_flatmap(const config::EndpointConfig& endpoint, reading::Diagnostics& diagnostics);

/// What `deny` is to keep back and `allow`, which takes its place, lets through; empty if there is
/// nothing like that.
[[nodiscard]] std::string_view allowed_again(const config::BackendConfig& backend);

}  // namespace aggregator::plan
