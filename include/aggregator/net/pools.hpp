#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <aggregator/base/counters.hpp>
#include <aggregator/base/log.hpp>
#include <aggregator/http/parser.hpp>
#include <aggregator/net/loop.hpp>
#include <aggregator/net/proxies.hpp>
#include <aggregator/net/resolver.hpp>
#include <aggregator/net/tls.hpp>

namespace aggregator::net {

class Pool;
struct ForbiddenListener;

/// Where connections go, and what a request to there says.
struct Origin {
    bool tls = false;
    std::string name;  ///< a name or a literal address, without brackets
    std::uint16_t port = 80;
    std::string authority;  ///< of the Host header
    std::string prefix;     ///< path in front of every target
    Addresses addresses{};  ///< of the name, if they are known already; empty: it is resolved
};

/// How connections are made and kept.
struct PoolOptions {
    using LateTls = std::function<base::Result<std::shared_ptr<TlsContext>>()>;

    http::HeadLimits head;
    std::uint32_t idle_max = 250;                            ///< kept connections to one origin
    std::uint32_t idle_total_max = 1024;                     ///< kept connections to all origins
    base::Duration idle_timeout = std::chrono::seconds(90);  ///< how long they are kept
    /// How long a backend may take nothing of a request, or send nothing more of an answer that has
    /// begun.
    base::Duration stall_timeout = std::chrono::seconds(60);
    base::Duration connect_timeout{};  ///< 0: the system's
    /// Addresses of the other family are tried as well when those of the first one have not
    /// answered for so long (RFC 8305); negative: one address after the other.
    base::Duration fallback_delay = std::chrono::milliseconds(300);
    base::Duration keep_alive = std::chrono::seconds(15);  ///< TCP probes; negative: none
    bool reuse = true;                                     ///< false: one request a connection
    std::shared_ptr<TlsContext> tls;                       ///< for https origins
    LateTls late_tls;  ///< makes `tls` when a connection is the first to need it
    std::shared_ptr<const Proxies> proxies{};  ///< null: all connections are direct
    std::uint32_t unheld_max = 64;  ///< pools that nobody holds, kept for their open connections
};

/// The connections of one worker to all backends: one pool an origin and purpose. Owned by app's
/// worker.
class Pools {
public:
    struct Context {
        WireLoop& loop;
        NameCache& names;
        base::Counters& counters;
        base::Log& log;
    };

    Pools(const Context& context, PoolOptions options);
    ~Pools();
    Pools(const Pools&) = delete;
    Pools& operator=(const Pools&) = delete;

    /// The pool of an origin, which stays until it was let go as often as it was held; `purpose`
    /// keeps connections apart that must not be shared, such as a shadow's.
    [[nodiscard]] Pool& hold(const Origin& origin, const std::string& purpose);
    /// The same for an origin that a backend has named: figures do not tell it apart.
    [[nodiscard]] Pool& hold_unlisted(const Origin& origin, const std::string& purpose);
    /// To be called when none of the holder's connections is in use any more. What is left of the
    /// pool goes in a later turn: at once if it is empty, else when there are too many like it.
    void let_go(Pool& pool);
    /// No redirect may lead to this listener: the management interface. Before the loop runs.
    /// `address` is a literal one; empty: all of this machine's.
    void forbid(const std::string& address, std::uint16_t port);
    /// Null: there is none.
    [[nodiscard]] const ForbiddenListener* forbidden() const { return forbidden_.get(); }
    /// Sees to it that https origins can be connected to.
    [[nodiscard]] base::Result<void> need_tls();

    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    /// Connections that wait for a request.
    [[nodiscard]] std::size_t idle() const { return idle_; }
    void close_idle();
    void show(base::Figures& figures) const;
    /// For pools: one more or one less of them.
    void count_idle(int change) { idle_ += static_cast<std::size_t>(change); }

    /// Where heads are written before they are sent; kept, so that it grows once.
    [[nodiscard]] std::string& rendered() { return rendered_; }

    [[nodiscard]] const Context& context() const { return context_; }
    [[nodiscard]] const PoolOptions& options() const { return options_; }

private:
    struct Entry;

    [[nodiscard]] Entry& entry_of(const Origin& origin, const std::string& purpose);
    void sweep();
    void drop(Entry& entry);

    Context context_;
    PoolOptions options_;
    std::size_t idle_ = 0;
    std::string rendered_;
    // A backend that redirects decides how many there are.
    std::map<std::string, std::unique_ptr<Entry>> entries_;  // by what hold() is asked for
    std::map<const Pool*, Entry*> by_pool_;
    std::map<std::uint64_t, Entry*> unheld_;  // by their departures, the longest unheld first
    std::uint64_t departures_ = 0;
    std::unique_ptr<ForbiddenListener> forbidden_;
    base::Timer sweep_;
};

/// The metrics that Pools show.
[[nodiscard]] base::Metrics pool_metrics();

}  // namespace aggregator::net
