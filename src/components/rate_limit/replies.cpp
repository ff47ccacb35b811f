#include "components/rate_limit/replies.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace aggregator::components {

std::uint32_t seconds_of(base::Duration duration) {
    constexpr std::int64_t kHigh = std::numeric_limits<std::uint32_t>::max();
    const std::int64_t seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 1, kHigh));
}

std::string quoted_name(std::string_view name) {
    std::string quoted = "\"";
    for (const char c : name) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
        }
        quoted += c >= ' ' && c <= '~' ? c : '?';
    }
    return quoted + '"';
}

std::string policy_text(const std::string& quoted, const token_bucket::Rate& rate) {
    return quoted + ";q=" + std::to_string(rate.capacity) +
           ";w=" + std::to_string(seconds_of(rate.refill()));
}

std::string state_text(const std::string& quoted, const token_bucket::Verdict& verdict) {
    const base::Duration next = verdict.left == 0 ? verdict.wait : verdict.full_after;
    return quoted + ";r=" + std::to_string(verdict.left) + ";t=" + std::to_string(seconds_of(next));
}

}  // namespace aggregator::components
