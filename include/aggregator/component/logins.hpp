#pragma once

#include <cstdint>
#include <string_view>

#include <aggregator/base/figures.hpp>
#include <aggregator/component/component.hpp>

namespace aggregator::component {

/// How many requests had to say who sends them, by what became of that. `kind` is how: `basic`,
/// `api_key`. It counts by itself.
[[nodiscard]] std::uint64_t& logins(const Wiring& wiring, std::string_view kind,
                                    std::string_view outcome);
/// The metric of logins().
[[nodiscard]] base::Metrics login_metrics();

}  // namespace aggregator::component
