#include "shadow/gate.hpp"

#include <algorithm>
#include <chrono>

#include <aggregator/base/hash.hpp>
#include <aggregator/plan/forward.hpp>

namespace aggregator::shadow {

namespace {

using By = config::ShadowSampleConfig::By;

constexpr double kAll = 100;

/// Between 0 and 1, 1 excluded, with the 53 bits that a double holds.
double unit(std::uint64_t bits) {
    constexpr int kDoubleBits = 53;
    return static_cast<double>(bits >> (64 - kDoubleBits)) /
           static_cast<double>(std::uint64_t{1} << kDoubleBits);
}

}  // namespace

Gate::Gate(const plan::ShadowRules& rules, const Controls& controls, const plan::Plan& plan,
           double share)
    : rules_(rules),
      controls_(controls),
      plan_(plan),
      share_(share),
      seed_(base::hash64(rules.salt)) {}

std::optional<Reason> Gate::refuse(const http::Request& request, base::Loop& loop) {
    if (!controls_.enabled.load(std::memory_order_relaxed)) {
        return Reason::Disabled;
    }
    if (expired()) {
        return Reason::Expired;
    }
    if (!takes_method(request.method)) {
        return Reason::Method;
    }
    if (!meets_conditions(request)) {
        return Reason::Condition;
    }
    if (is_copy(request)) {
        return Reason::Loop;
    }
    if (!is_sampled(request, loop)) {
        return Reason::Sampling;
    }
    if (exceeds_rate(loop.now())) {
        return Reason::Rate;
    }
    return std::nullopt;
}

bool Gate::expired() const {
    const std::int64_t at = controls_.expires.load(std::memory_order_relaxed);
    if (at == 0) {
        return false;
    }
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count() >= at;
}

bool Gate::takes_method(std::string_view method) const {
    const auto& methods = rules_.config.sample.methods;
    return methods.empty() || std::ranges::find(methods, method) != methods.end();
}

bool Gate::meets_conditions(const http::Request& request) const {
    return std::ranges::all_of(rules_.when, [&request](const plan::Condition& condition) {
        return condition.holds(request);
    });
}

bool Gate::is_copy(const http::Request& request) const {
    const std::string& marker = rules_.config.request.marker;
    return !marker.empty() && http::find(request.headers, marker) != nullptr;
}

bool Gate::is_sampled(const http::Request& request, base::Loop& loop) {
    const double percentage = controls_.percentage.load(std::memory_order_relaxed);
    if (percentage >= kAll) {
        return true;
    }
    const auto& sample = rules_.config.sample;
    std::optional<std::string_view> value;
    if (sample.by == By::Ip) {
        value = plan::client_of(plan_, request);
    } else if (sample.by != By::Random) {
        value = plan::sticky_value(sample, rules_.sample_param, request, scratch_);
    }
    const std::uint64_t bits = value ? base::hash64(*value, seed_) : loop.random();
    return unit(bits) * kAll < percentage;
}

bool Gate::exceeds_rate(base::Time now) {
    const double rate = controls_.max_rate.load(std::memory_order_relaxed);
    if (rate <= 0) {
        return false;
    }
    const double written = rules_.config.sample.burst;
    const double burst = std::max(1.0, (written > 0 ? written : rate) * share_);
    return !bucket_.take(now, {.a_second = rate * share_, .burst = burst});
}

}  // namespace aggregator::shadow
