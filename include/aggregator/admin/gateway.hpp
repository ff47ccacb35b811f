#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/base/held.hpp>
#include <aggregator/plan/plan.hpp>
#include <aggregator/shadow/controls.hpp>
#include <aggregator/shadow/ledger.hpp>

namespace aggregator::admin {

/// A shadow that is under way: configured, or made while the gateway runs.
struct LiveShadow {
    std::size_t endpoint = 0;  ///< in Plan::endpoints
    std::shared_ptr<const plan::Backend> shadow;
    std::shared_ptr<shadow::Controls> controls;
    bool made_live = false;  ///< through the management interface
};

/// How often and how long clients waited for one endpoint, by class of status: 1xx first.
using Served = std::array<shadow::Histogram, 5>;

/// The same of the calls of one backend, by what came of them: `ok`, or a name of the table of
/// errors. What never happened is not there.
using Exchanged = std::vector<std::pair<std::string_view, shadow::Histogram>>;

/// How often the calls of one backend went to each of its hosts, and what came of them: `ok`, or a
/// name of the table of errors.
struct HostCount {
    std::string host;
    std::string_view outcome;
    std::uint64_t times = 0;
};

/// One host of a backend that leaves out hosts which fail.
struct HostFigures {
    std::size_t endpoint = 0;  ///< in Plan::endpoints
    std::size_t backend = 0;   ///< in Endpoint::backends
    std::string host{};
    bool healthy = true;
    std::vector<std::pair<std::string_view, std::uint64_t>> ejections{};  ///< by reason
};

/// How often all hosts of such a backend were left out when it was called.
struct PanicFigures {
    std::size_t endpoint = 0;
    std::size_t backend = 0;
    std::uint64_t times = 0;
};

/// All figures at one moment, the workers added up; each worker's were taken between two turns of
/// its loop, so that a ledger's sum holds.
struct Figures {
    std::vector<Served> endpoints;                           ///< like Plan::endpoints
    std::vector<std::vector<Exchanged>> exchanges;           ///< like Endpoint::backends
    std::vector<std::vector<std::vector<HostCount>>> asked;  ///< like Endpoint::backends
    std::vector<HostFigures> hosts;
    std::vector<PanicFigures> panics;
    std::vector<std::pair<std::string, shadow::Ledger>> shadows;  ///< by ShadowRules::id
    std::uint64_t connections = 0;                                ///< of clients
    std::uint64_t pool_connections = 0;                           ///< to backends
    std::vector<double> loop_lag;                                 ///< seconds, by worker
    std::uint64_t access_log_dropped = 0;
    std::array<std::uint64_t, base::kHeldKinds> held_bytes{};  ///< for peers, by kind
    std::array<std::uint64_t, base::kHeldKinds> given_up{};    ///< for want of room, by kind
    std::array<std::uint64_t, base::kCodes> errors{};          ///< by Code
    /// The files of certificates, each with the time at which it ends, in seconds since 1970.
    std::vector<std::pair<std::string, std::int64_t>> certificates;
};

/// What the management interface needs of the gateway. Implemented by app; called on the
/// interface's own thread, and so are the functions that are given.
class Gateway {
public:
    virtual ~Gateway() = default;

    [[nodiscard]] virtual const plan::Plan& plan() const = 0;
    /// All shadows, in the order of the configuration, then those made live.
    [[nodiscard]] virtual const std::vector<LiveShadow>& shadows() const = 0;
    /// `then` runs in a later turn, once every worker has answered.
    virtual void collect(std::function<void(Figures)> then) = 0;
    /// Makes what the workers need besides to send copies there; the failure says what is missing.
    [[nodiscard]] virtual base::Result<void> prepare(const plan::Backend& shadow) = 0;
    /// Puts a shadow that is made live in place of the one of the same id, or adds it; `then` runs
    /// once every worker has it.
    virtual void put_shadow(LiveShadow shadow, std::function<void()> then) = 0;
    /// Takes one away; its copies under way come to their end. `then` as above.
    virtual void remove_shadow(const std::string& id, std::function<void()> then) = 0;
    /// Whether the workers take requests: not yet before they run, no more while they end.
    [[nodiscard]] virtual bool ready() const = 0;
};

}  // namespace aggregator::admin
