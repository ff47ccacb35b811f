#pragma once

#include <memory>
#include <string>
#include <vector>

#include <aggregator/net/pools.hpp>

namespace aggregator::net {

/// One host of a backend, and the connections to it. Lives as long as it is listed or a call uses
/// it.
struct Host {
    Origin origin;
    Pool* pool = nullptr;
    std::size_t calls = 0;
    bool listed = true;
};

/// The hosts of one client, asked in turn. The list may change at any time; calls in flight go on
/// with the host that they have.
class HostList {
public:
    /// Where a call stands in the list.
    struct Turn {
        std::size_t place = 0;
        std::size_t passed = 1;  ///< places that were looked at
    };

    HostList(Pools& pools, std::string purpose);
    ~HostList();
    HostList(const HostList&) = delete;
    HostList& operator=(const HostList&) = delete;

    /// The hosts from now on. One that stands there several times is asked as often in a round.
    void set(const std::vector<Origin>& origins);
    [[nodiscard]] bool empty() const { return order_.empty(); }
    [[nodiscard]] const std::string& purpose() const { return purpose_; }

    /// The next host in turn, for one call, which lets it go. The list is not empty.
    [[nodiscard]] Host& take(Turn& turn);
    /// Another host instead of one that cannot be reached, which is let go then; null if every
    /// place of the list was looked at.
    [[nodiscard]] Host* instead(Host& refused, Turn& turn);
    void let_go(Host& host);

private:
    [[nodiscard]] Host& host_of(const Origin& origin);
    void forget(Host& host);

    Pools& pools_;
    std::string purpose_;
    std::vector<std::unique_ptr<Host>> hosts_;  // each once
    std::vector<Host*> order_;
    std::size_t next_ = 0;
};

}  // namespace aggregator::net
