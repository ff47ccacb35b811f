#include <aggregator/net/health.hpp>

#include <algorithm>

namespace aggregator::net {
namespace {

using base::Code;

constexpr std::size_t kStatesMax = 256;
constexpr unsigned kFailureBits = 16;
constexpr unsigned kRowBits = 8;
constexpr std::uint64_t kFailuresMax = (std::uint64_t{1} << kFailureBits) - 1;
constexpr unsigned kCountBits = 16;
constexpr std::uint64_t kCountMax = (std::uint64_t{1} << kCountBits) - 1;
constexpr std::int64_t kMicrosMax = std::int64_t{1} << 31;
constexpr std::uint64_t kRowMax = (std::uint64_t{1} << kRowBits) - 1;

/// What the word of a host says.
struct Facts {
    std::uint64_t failures = 0;  ///< in a row
    std::uint64_t row = 0;       ///< ejections in a row
    std::uint64_t until_ms = 0;  ///< of the loops' clock; 0: not ejected
};

Facts unpack(std::uint64_t word) {
    return {.failures = word & kFailuresMax,
            .row = (word >> kFailureBits) & kRowMax,
            .until_ms = word >> (kFailureBits + kRowBits)};
}

std::uint64_t pack(const Facts& facts) {
    return std::min(facts.failures, kFailuresMax) | (std::min(facts.row, kRowMax) << kFailureBits) |
           (facts.until_ms << (kFailureBits + kRowBits));
}

std::uint64_t to_ms(base::Duration time) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(time).count(), 0));
}

/// At least 1: 0 says that there is no ejection.
std::uint64_t to_ms(base::Time time) {
    return std::max<std::uint64_t>(to_ms(time.time_since_epoch()), 1);
}

/// How long the ejection lasts that is the `row`th in a row.
std::uint64_t length_ms(std::uint64_t row, const EjectionRules& rules) {
    const std::uint64_t longest = std::max<std::uint64_t>(to_ms(rules.eject_max), 1);
    return std::min(std::max<std::uint64_t>(to_ms(rules.eject), 1) * row, longest);
}

}  // namespace

std::string_view name_of(HostFault fault) {
    static constexpr std::array<std::string_view, kHostFaults> kNames{
        "resolve", "connect", "tls", "timeout", "reset", "bad_response", "status", "slow", "check"};
    return kNames[static_cast<std::size_t>(fault)];
}

const HostFault* host_fault_of(Code code) {
    struct Row {
        Code code;
        HostFault fault;
    };
    static constexpr std::array<Row, 11> kRows{{
        {Code::Resolve, HostFault::Resolve},
        {Code::Connect, HostFault::Connect},
        {Code::TlsHandshake, HostFault::Tls},
        {Code::TlsUntrusted, HostFault::Tls},
        {Code::TlsExpired, HostFault::Tls},
        {Code::TlsWrongName, HostFault::Tls},
        {Code::TlsNotSpoken, HostFault::Tls},
        {Code::Timeout, HostFault::Timeout},
        {Code::Reset, HostFault::Reset},
        {Code::Closed, HostFault::Reset},
        {Code::BadResponse, HostFault::Response},
    }};
    const auto found = std::ranges::find(kRows, code, &Row::code);
    return found == kRows.end() ? nullptr : &found->fault;
}

HostState::Standing HostState::standing(base::Time now) const {
    if (fails_checks_.load(std::memory_order_relaxed)) {
        return Standing::Out;
    }
    const std::uint64_t until = unpack(word_.load(std::memory_order_relaxed)).until_ms;
    if (until == 0) {
        return Standing::In;
    }
    return until <= to_ms(now) ? Standing::Due : Standing::Out;
}

bool HostState::spared(const EjectionRules& rules) const {
    const Facts facts = unpack(word_.load(std::memory_order_relaxed));
    return facts.until_ms == 0 && facts.failures >= rules.failures;
}

bool HostState::begin_trial(base::Time now, const EjectionRules& rules) {
    std::uint64_t word = word_.load(std::memory_order_relaxed);
    Facts facts = unpack(word);
    if (facts.until_ms == 0 || facts.until_ms > to_ms(now)) {
        return false;
    }
    facts.until_ms = to_ms(now) + length_ms(1, rules);
    return word_.compare_exchange_strong(word, pack(facts), std::memory_order_relaxed);
}

bool HostState::good() {
    if (word_.load(std::memory_order_relaxed) == 0) {
        return false;
    }
    return unpack(word_.exchange(0, std::memory_order_relaxed)).until_ms != 0;
}

HostState::Verdict HostState::bad(const Failure& failure, const EjectionRules& rules) {
    std::uint64_t word = word_.load(std::memory_order_relaxed);
    for (;;) {
        Facts facts = unpack(word);
        const bool ejected = facts.until_ms != 0;
        if (ejected && !failure.trial) {
            return Verdict::Noted;  // it began before the ejection
        }
        facts.failures = std::min(facts.failures + 1, kFailuresMax);
        const bool enough = ejected || failure.at_once || facts.failures >= rules.failures;
        const bool ejects = enough && (ejected || failure.may_eject);
        if (ejects) {
            facts.row = std::min(facts.row + 1, kRowMax);
            facts.until_ms = to_ms(failure.now) + length_ms(facts.row, rules);
        }
        if (word_.compare_exchange_weak(word, pack(facts), std::memory_order_relaxed)) {
            if (ejects) {
                ejections_[static_cast<std::size_t>(failure.fault)].fetch_add(
                    1, std::memory_order_relaxed);
                times_.store(0, std::memory_order_relaxed);
                average_us_.store(0, std::memory_order_relaxed);
            }
            return ejects ? Verdict::Ejected : enough ? Verdict::Spared : Verdict::Noted;
        }
    }
}

void HostState::release(base::Time now) {
    std::uint64_t word = word_.load(std::memory_order_relaxed);
    Facts facts = unpack(word);
    if (facts.until_ms != 0) {
        facts.until_ms = to_ms(now);
        (void)word_.compare_exchange_strong(word, pack(facts), std::memory_order_relaxed);
    }
}

bool HostState::check(bool good) {  // style: parameters: it is what is checked
    const bool changed = fails_checks_.exchange(!good, std::memory_order_relaxed) == good;
    if (changed && !good) {
        ejections_[static_cast<std::size_t>(HostFault::Check)].fetch_add(1,
                                                                         std::memory_order_relaxed);
    }
    return changed;
}

std::optional<base::Duration> HostState::note_time(base::Duration took, std::uint32_t calls) {
    const std::int64_t whole = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    const auto us = static_cast<std::uint64_t>(std::clamp<std::int64_t>(whole, 0, kMicrosMax));
    const std::uint64_t before =
        times_.fetch_add((us << kCountBits) + 1, std::memory_order_relaxed);
    if ((before & kCountMax) + 1 < calls) {
        return std::nullopt;
    }
    // Of two workers that complete it at once, one gets what is there.
    const std::uint64_t times = times_.exchange(0, std::memory_order_relaxed);
    if ((times & kCountMax) < calls) {
        return std::nullopt;
    }
    const std::uint64_t average = (times >> kCountBits) / (times & kCountMax);
    average_us_.store(std::max<std::uint64_t>(average, 1), std::memory_order_relaxed);
    return this->average();
}

std::optional<base::Duration> HostState::average() const {
    const std::uint64_t us = average_us_.load(std::memory_order_relaxed);
    return us == 0 ? std::nullopt : std::optional<base::Duration>(std::chrono::microseconds(us));
}

bool HostState::restore() {
    times_.store(0, std::memory_order_relaxed);
    average_us_.store(0, std::memory_order_relaxed);
    return unpack(word_.exchange(0, std::memory_order_relaxed)).until_ms != 0;
}

base::Duration HostState::left(base::Time now) const {
    const std::uint64_t until = unpack(word_.load(std::memory_order_relaxed)).until_ms;
    const std::uint64_t past = to_ms(now);
    return std::chrono::milliseconds(until > past ? until - past : 0);
}

std::uint64_t HostState::ejections(HostFault fault) const {
    return ejections_[static_cast<std::size_t>(fault)].load(std::memory_order_relaxed);
}

std::shared_ptr<HostState> HostHealth::state_of(const std::string& host) {
    const std::lock_guard lock(mutex_);
    auto& state = states_[host];
    if (state == nullptr) {
        state = std::make_shared<HostState>();
    }
    auto kept = state;
    if (states_.size() > kStatesMax) {
        std::erase_if(states_, [](const auto& one) { return one.second.use_count() == 1; });
    }
    return kept;
}

std::size_t HostHealth::restore(const std::string& host) {
    const std::lock_guard lock(mutex_);
    std::size_t restored = 0;
    for (const auto& [name, state] : states_) {
        if (host.empty() || name == host) {
            restored += state->restore() ? 1U : 0U;
        }
    }
    return restored;
}

void HostHealth::visit(
    const std::function<void(const std::string&, const HostState&)>& look) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [host, state] : states_) {
        look(host, *state);
    }
}

}  // namespace aggregator::net
