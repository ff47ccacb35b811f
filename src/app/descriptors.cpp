#include "app/descriptors.hpp"

#include <algorithm>

#include <sys/resource.h>

namespace aggregator::app {
namespace {

constexpr std::uint64_t kReservePart = 8;
constexpr std::uint64_t kReserveMin = 32;
constexpr std::uint64_t kClientsMax = 65536;

}  // namespace

std::uint64_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return 2 * kReserveMin;
    }
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

std::uint64_t descriptor_reserve(std::uint64_t limit) {
    return std::min(std::max(limit / kReservePart, kReserveMin), limit / 2);
}

std::uint32_t connections_max(const config::RouterConfig& router, std::uint64_t limit,
                              unsigned workers) {
    if (router.max_connections > 0) {
        return router.max_connections;
    }
    const std::uint64_t each = (limit - descriptor_reserve(limit)) / workers;
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(each, 1, kClientsMax));
}

}  // namespace aggregator::app
