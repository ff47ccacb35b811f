#include "admin/failed_tokens.hpp"

#include <algorithm>

namespace aggregator::admin {
namespace {

constexpr auto kMinute = std::chrono::minutes(1);

}  // namespace

std::optional<std::chrono::seconds> FailedTokens::record(std::string_view address, base::Time now) {
    const std::string key(address);
    if (!seen_.contains(key)) {
        make_room(now);
    }
    Minute& minute = seen_.try_emplace(key, Minute{.began = now}).first->second;
    if (now - minute.began >= kMinute) {
        minute = {.began = now};
    }
    if (++minute.failures <= kPerMinute) {
        return std::nullopt;
    }
    return std::chrono::ceil<std::chrono::seconds>(minute.began + kMinute - now);
}

void FailedTokens::make_room(base::Time now) {
    if (seen_.size() < kAddressesMax) {
        return;
    }
    std::erase_if(seen_, [now](const auto& one) { return now - one.second.began >= kMinute; });
    if (seen_.size() >= kAddressesMax) {
        seen_.erase(std::min_element(seen_.begin(), seen_.end(), [](const auto& a, const auto& b) {
            return a.second.began < b.second.began;
        }));
    }
}

}  // namespace aggregator::admin
