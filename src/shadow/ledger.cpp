#include <aggregator/shadow/ledger.hpp>

#include <algorithm>
#include <chrono>
#include <numeric>

namespace aggregator::shadow {

namespace {

constexpr std::array<std::string_view, kReasons> kNames{
    "disabled", "expired",    "method",       "condition",      "loop",
    "sampling", "rate",       "breaker",      "body_too_large", "body_error",
    "budget",   "queue_full", "resolve",      "connect",        "tls",
    "timeout",  "reset",      "bad_response", "lagging",        "shutdown",
    "internal"};

template <std::size_t kSize>
void add_all(std::array<std::uint64_t, kSize>& to, const std::array<std::uint64_t, kSize>& from) {
    for (std::size_t i = 0; i < kSize; ++i) {
        to[i] += from[i];
    }
}

template <std::size_t kSize>
std::uint64_t sum_of(const std::array<std::uint64_t, kSize>& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

}  // namespace

std::string_view name_of(Reason reason) { return kNames[static_cast<std::size_t>(reason)]; }

void Histogram::add(base::Duration took) {
    const double seconds = std::chrono::duration<double>(took).count();
    const auto* const bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
    ++counts[static_cast<std::size_t>(bound - kBounds.begin())];
    sum += seconds;
}

void Histogram::add(const Histogram& other) {
    add_all(counts, other.counts);
    sum += other.sum;
}

std::uint64_t Histogram::count() const { return sum_of(counts); }

double Histogram::quantile(double share) const {
    const double wanted = share * static_cast<double>(count());
    double below = 0;
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
        const auto here = static_cast<double>(counts[i]);
        if (here > 0 && below + here >= wanted) {
            const double from = i == 0 ? 0 : kBounds[i - 1];
            return from + (kBounds[i] - from) * (wanted - below) / here;
        }
        below += here;
    }
    return count() == 0 ? 0 : kBounds.back();
}

void Ledger::add(const Ledger& other) {
    eligible += other.eligible;
    add_all(finished, other.finished);
    add_all(dropped, other.dropped);
    in_flight += other.in_flight;
    bytes_held += other.bytes_held;
    duration.add(other.duration);
    waited.add(other.waited);
}

std::uint64_t Ledger::finished_total() const { return sum_of(finished); }

std::uint64_t Ledger::dropped_total() const { return sum_of(dropped); }

}  // namespace aggregator::shadow
