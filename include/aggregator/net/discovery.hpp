#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/base/log.hpp>
#include <aggregator/base/loop.hpp>
#include <aggregator/net/resolver.hpp>

namespace aggregator::net {

/// One place to which the SRV records of a name lead (RFC 2782).
struct Target {
    std::string name;
    std::uint16_t port = 0;
    std::uint32_t weight = 1;  ///< how often it is asked in one round of all targets
    Addresses addresses{};     ///< empty: the name is resolved as any other
    friend bool operator==(const Target&, const Target&) = default;
};

/// Those of the lowest priority number, sorted.
using Targets = std::vector<Target>;

/// Looks SRV records up for all workers, on a thread of its own: each name at once, and again and
/// again as long as somebody watches it. Owned by app, outlives every TargetFeed.
class Discovery {
public:
    struct Options {
        /// `address:port` of those who are asked for records and addresses. Empty: the system's
        /// are asked for the records, and addresses are not looked up here.
        std::vector<std::string> servers;
        base::Duration refresh = std::chrono::seconds(30);
    };
    using Answer = std::function<void(const base::Result<Targets>&)>;

    Discovery(Options options, base::Log& log);
    /// Ends the thread, without waiting for answers.
    ~Discovery();
    Discovery(const Discovery&) = delete;
    Discovery& operator=(const Discovery&) = delete;

    /// `answer` runs on the loop's thread: with the first outcome, and with each list that is
    /// another than before. A refresh that fails is told in the log alone, and the list stays. The
    /// number ends it again. Safe from any thread.
    [[nodiscard]] std::uint64_t watch(const std::string& name, base::Loop& loop, Answer answer);
    /// Nothing is posted to that watcher's loop any more; a name without watchers is forgotten.
    /// Safe from any thread.
    void end(std::uint64_t watcher);

private:
    class Book;
    std::unique_ptr<Book> book_;
};

/// What one worker hears of a Discovery. Lives on the loop's thread, and as long as the loop runs.
class TargetFeed {
public:
    TargetFeed(Discovery& discovery, base::Loop& loop);
    ~TargetFeed();  ///< after every Watch
    TargetFeed(const TargetFeed&) = delete;
    TargetFeed& operator=(const TargetFeed&) = delete;

    /// Somebody who watches a name; destroying it ends that.
    class Watch {
    public:
        virtual ~Watch() = default;
    };

    /// `changed` runs in a later turn with the first outcome, and with each new list, as long as
    /// the Watch lives. It may destroy the Watch.
    [[nodiscard]] std::unique_ptr<Watch> watch(const std::string& name, Discovery::Answer changed);

private:
    struct Table;
    std::unique_ptr<Table> table_;
};

}  // namespace aggregator::net
