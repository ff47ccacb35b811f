#include <aggregator/shadow/controls.hpp>

namespace aggregator::shadow {

namespace {

std::int64_t since_1970(std::chrono::system_clock::time_point when) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch()).count();
}

}  // namespace

Controls::Controls(const config::ShadowConfig& config, std::int64_t timeout_ns)
    : enabled(config.enabled),
      percentage(config.sample.percentage),
      max_rate(config.sample.max_rate),
      timeout(timeout_ns),
      log(config.log),
      expires(config.expires_at ? since_1970(*config.expires_at) : 0) {}

}  // namespace aggregator::shadow
