#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/net/health.hpp>
#include <aggregator/net/pools.hpp>

namespace aggregator::net {

/// One host of a backend, and the connections to it. Lives as long as it is listed or a call uses
/// it.
struct HostEntry {
    Origin origin;
    Pool* pool = nullptr;
    std::size_t calls = 0;
    bool listed = true;
    std::string_view label{};             ///< `name:port` and the prefix; lives as long as the list
    std::shared_ptr<HostState> health{};  ///< null: it is asked whatever it does
};

/// The hosts of one client, asked in turn. The list may change at any time; calls in flight go on
/// with the host that they have. With a HostHealth and two hosts or more, those that failed too
/// often in a row are passed over for some time.
class HostList {
public:
    /// Where a call stands in the list.
    struct Turn {
        std::size_t place = 0;
        std::size_t passed = 1;    ///< places that were looked at
        bool trial = false;        ///< the call tries a host that was left out
        bool last_resort = false;  ///< only hosts that are left out have not been asked
    };

    HostList(Pools& pools, std::string purpose, std::shared_ptr<HostHealth> health = nullptr);
    ~HostList();
    HostList(const HostList&) = delete;
    HostList& operator=(const HostList&) = delete;

    /// The hosts from now on. One that stands there several times is asked as often in a round.
    void set(const std::vector<Origin>& origins);
    [[nodiscard]] bool empty() const { return order_.empty(); }
    [[nodiscard]] const std::string& purpose() const { return purpose_; }

    /// The next host in turn, for one call, which lets it go. The list is not empty. If `avoid`
    /// names hosts and there is another one that is not left out, it is that one, and no turn is
    /// taken.
    [[nodiscard]] HostEntry& take(Turn& turn, std::span<const std::string_view> avoid = {});
    /// Another host instead of one that cannot be reached, which is let go then; null if every
    /// place of the list was looked at. Hosts that are left out come last.
    [[nodiscard]] HostEntry* instead(HostEntry& refused, Turn& turn);
    void let_go(HostEntry& host);

    // What came of a call, once for each host that it used:
    /// `took`: from the request to the answer's head, unless a client's body came in between.
    void answered(HostEntry& host, int status, std::optional<base::Duration> took,
                  const Turn& turn);
    /// Not a failure of the host if the code is the gateway's or the client's.
    void failed(HostEntry& host, base::Code code, const Turn& turn);
    /// The call was given up; nothing is known of the host.
    void given_up(HostEntry& host, const Turn& turn);

private:
    [[nodiscard]] HostEntry* take_other(Turn& turn, std::span<const std::string_view> avoid);
    void pass_over(Turn& turn);
    [[nodiscard]] bool all_are_bad() const;
    [[nodiscard]] bool may_eject() const;
    void blame(HostEntry& host, HostFault fault, const Turn& turn);
    void compare(HostEntry& host, base::Duration average, const Turn& turn);
    void watch_hosts();
    [[nodiscard]] std::string_view label_of(const Origin& origin);

    [[nodiscard]] HostEntry& host_of(const Origin& origin);
    void forget(HostEntry& host);

    using Key = std::pair<const Pool*, std::string>;  // with the prefix

    Pools& pools_;
    std::string purpose_;
    std::map<Key, std::unique_ptr<HostEntry>> hosts_;  // each once
    std::vector<HostEntry*> order_;
    std::size_t next_ = 0;
    std::shared_ptr<HostHealth> health_;
    std::set<std::string, std::less<>> labels_;  // each once, and for good
};

}  // namespace aggregator::net
