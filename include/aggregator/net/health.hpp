#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/base/loop.hpp>

namespace aggregator::net {

/// When a host of a backend is left out (ejected), and for how long.
struct EjectionRules {
    bool passive = true;                                 ///< false: by checks alone
    std::uint32_t failures = 5;                          ///< in a row; at least 1
    std::vector<int> statuses{};                         ///< of answers that are failures too
    base::Duration eject = std::chrono::seconds(10);     ///< times the ejections in a row
    base::Duration eject_max = std::chrono::minutes(5);  ///< at most
    std::uint32_t max_ejected = 50;  ///< percent of the hosts at once; one always stays
    /// Left out is also a host whose average answer, over that many calls, takes so many times as
    /// long as the median of the others'; 0: none is.
    double slow_factor = 0;
    std::uint32_t slow_calls = 50;
};

/// What a host did wrong.
enum class HostFault : std::uint8_t {
    Resolve,
    Connect,
    Tls,
    Timeout,
    Reset,
    Response,
    Status,
    Slow,
    Check,  ///< what the background found
};
inline constexpr std::size_t kHostFaults = static_cast<std::size_t>(HostFault::Check) + 1;
/// As metrics and logs show it: `resolve`, `connect`, `tls`, `timeout`, `reset`, `bad_response`,
/// `status`, `slow`, `check`.
[[nodiscard]] std::string_view name_of(HostFault fault);
/// Whether a failed call is the host's failure: nothing for what the gateway or the client did.
[[nodiscard]] const HostFault* host_fault_of(base::Code code);

/// What all workers know of one host: atomic words, so that any thread may use it at any time.
/// Times are those of the workers' loops, which share one clock.
class HostState {
public:
    enum class Standing : std::uint8_t {
        In,   ///< it is asked in its turn
        Due,  ///< it was left out long enough: one request may try it
        Out,  ///< it is left out
    };
    /// What came of a failure.
    enum class Verdict : std::uint8_t {
        Noted,
        Ejected,
        Spared,  ///< it failed often enough to be left out, but too many others are
    };
    struct Failure {
        HostFault fault = HostFault::Connect;
        base::Time now{};
        bool may_eject = true;  ///< not too many others are left out
        bool trial = false;     ///< the call was begun by begin_trial()
        bool at_once = false;   ///< it need not have failed before
    };

    [[nodiscard]] Standing standing(base::Time now) const;
    /// Whether the host is asked only because too many others are left out.
    [[nodiscard]] bool spared(const EjectionRules& rules) const;
    /// Claims the one trial of a host that is Due. The claim ends with good(), bad(), release(), or
    /// after `eject`.
    [[nodiscard]] bool begin_trial(base::Time now, const EjectionRules& rules);

    /// The host answered; whether that brought it back.
    [[nodiscard]] bool good();
    [[nodiscard]] Verdict bad(const Failure& failure, const EjectionRules& rules);
    /// A trial ended without saying anything about the host: the next request may try it.
    void release(base::Time now);

    /// What checks beside all requests say; a host that fails them is Out until they are good.
    /// Whether that is another state than before.
    [[nodiscard]] bool check(bool good);  // style: parameters: it is what is checked
    /// Notes how long an answer took. The average of the last `calls`, each time that there are as
    /// many new ones.
    [[nodiscard]] std::optional<base::Duration> note_time(base::Duration took, std::uint32_t calls);
    /// The last average; nothing before the first one, and after an ejection.
    [[nodiscard]] std::optional<base::Duration> average() const;

    /// It is asked in its turn again, as if it had never failed; whether it was left out. What
    /// checks say of it stays.
    bool restore();
    [[nodiscard]] bool fails_checks() const {
        return fails_checks_.load(std::memory_order_relaxed);
    }

    /// Until when it is left out, from `now` on; 0 if it is not.
    [[nodiscard]] base::Duration left(base::Time now) const;
    [[nodiscard]] std::uint64_t ejections(HostFault fault) const;

private:
    std::atomic<std::uint64_t> word_{0};
    std::atomic<bool> fails_checks_{false};
    std::atomic<std::uint64_t> times_{0};  // microseconds in all, and in the low 16 bits how often
    std::atomic<std::uint64_t> average_us_{0};  // 0: none
    std::array<std::atomic<std::uint32_t>, kHostFaults> ejections_{};
};

/// The hosts of one backend as all workers see them. What is known of a host stays when the list of
/// hosts changes. Owned by app, shared by the workers' clients; safe from any thread.
class HostHealth {
public:
    explicit HostHealth(EjectionRules rules) : rules_(std::move(rules)) {}

    [[nodiscard]] const EjectionRules& rules() const { return rules_; }
    /// The state of the host of that name, made if there is none. Takes a lock: for changes of the
    /// list, not for requests. Hosts that nobody lists are forgotten when there are more than 256.
    [[nodiscard]] std::shared_ptr<HostState> state_of(const std::string& host);
    /// All hosts that are listed, or were.
    void visit(const std::function<void(const std::string&, const HostState&)>& look) const;
    /// Restores the host of that name, or all if it is empty; how many had been left out.
    std::size_t restore(const std::string& host);

    /// A call was made although every host is left out.
    void count_panic() { panics_.fetch_add(1, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t panics() const { return panics_.load(std::memory_order_relaxed); }

private:
    EjectionRules rules_;
    std::atomic<std::uint64_t> panics_{0};
    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<HostState>> states_;
};

}  // namespace aggregator::net
