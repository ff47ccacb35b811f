#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/base/figures.hpp>
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

/// A host of a backend that leaves some out when they fail.
struct LiveHost {
    std::string endpoint;  ///< these three as in the metrics
    std::string backend;
    std::string host;
    /// `in`: asked in its turn; `out`: left out because it failed; `due`: the next request tries
    /// it; `fails_checks`: left out because of what is asked beside all requests.
    std::string_view state;
    base::Duration left{};  ///< of the time for which it is `out`
    std::vector<std::pair<std::string_view, std::uint64_t>> ejections{};  ///< why, and how often
};

/// What the workers counted up to one moment, added up; each worker's figures were taken between
/// two turns of its loop, so that a ledger's sum holds.
struct Snapshot {
    base::Figures figures{};                                        ///< of all but the shadows
    std::vector<std::pair<std::string, shadow::Ledger>> shadows{};  ///< sorted by ShadowRules::id
};

/// The metrics of shadows' settings, which the management interface adds to a snapshot.
[[nodiscard]] base::Metrics settings_metrics();

/// What the management interface needs of the gateway. Implemented by app; called on the
/// interface's own thread, and so are the functions that are given.
class Gateway {
public:
    virtual ~Gateway() = default;

    [[nodiscard]] virtual const plan::Plan& plan() const = 0;
    /// All shadows, in the order of the configuration, then those made live.
    [[nodiscard]] virtual const std::vector<LiveShadow>& shadows() const = 0;
    /// `then` runs in a later turn, once every worker has answered.
    virtual void collect(std::function<void(Snapshot)> then) = 0;
    /// Makes what the workers need besides to send copies there; the failure says what is missing.
    [[nodiscard]] virtual base::Result<void> prepare(const plan::Backend& shadow) = 0;
    /// Puts a shadow that is made live in place of the one of the same id, or adds it; `then` runs
    /// once every worker has it.
    virtual void put_shadow(LiveShadow shadow, std::function<void()> then) = 0;
    /// Takes one away; its copies under way come to their end. `then` as above.
    virtual void remove_shadow(const std::string& id, std::function<void()> then) = 0;
    /// Forgets what caches keep of a backend or endpoint, by its label in the metrics; of all if it
    /// is empty. `then` gets how many entries that were, once no worker has them any more.
    virtual void purge(const std::string& backend, std::function<void(std::uint64_t)> then) = 0;
    /// In the order of the configuration.
    [[nodiscard]] virtual std::vector<LiveHost> hosts() const = 0;
    /// Puts hosts that failed back in their turn: of a backend or endpoint by its label in the
    /// metrics, of one name; all where these are empty. How many had been left out.
    [[nodiscard]] virtual std::size_t restore_hosts(const std::string& backend,
                                                    const std::string& host) = 0;
    /// Whether the workers take requests: not yet before they run, no more while they end.
    [[nodiscard]] virtual bool ready() const = 0;
};

}  // namespace aggregator::admin
