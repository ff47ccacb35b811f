#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include <aggregator/net/discovery.hpp>

namespace aggregator::net {

/// What is looked up in one go.
struct SrvRound {
    std::vector<std::string> names;
    /// As in Discovery::Options: if there are any, the targets' addresses are looked up, too, and a
    /// target without one is left out.
    const std::vector<std::string>& servers;
    const std::atomic<bool>& ending;
};

/// Looks SRV records up, all names at once, on this thread. `found` runs for each name as soon as
/// its outcome is known. Returns when all are, or soon after `ending` was set.
void look_up_srv(const SrvRound& round,
                 const std::function<void(const std::string& name, base::Result<Targets>)>& found);

}  // namespace aggregator::net
