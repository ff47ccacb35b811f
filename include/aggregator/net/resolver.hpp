#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/base/loop.hpp>

namespace aggregator::net {

/// The addresses of a name, in the order in which to try them; text as `192.0.2.1` or
/// `2001:db8::1`.
using Addresses = std::vector<std::string>;

/// Looks names up on threads of its own, for all workers; results come back through each worker's
/// loop. Owned by app, outlives every NameCache.
class Resolver {
public:
    using Answer = std::function<void(base::Result<Addresses>)>;

    explicit Resolver(unsigned threads = 2);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// `answer` runs on the thread of `loop`. Safe from any thread. More than 1,024 names waiting:
    /// fails with Resolve.
    void look_up(const std::string& name, base::Loop& loop, Answer answer);
    /// No answer reaches that loop any more, which may end now. Safe from any thread.
    void forget(const base::Loop& loop);

private:
    struct Queue;
    std::shared_ptr<Queue> queue_;
};

/// One worker's memory of names, 1,024 of them. An answer is used for `ttl`; when a later look-up
/// fails, the old answer goes on.
class NameCache {
public:
    NameCache(Resolver& resolver, base::Loop& loop, base::Duration ttl);
    ~NameCache();

    /// Somebody who waits for a name; destroying it ends the wait.
    class Wait {
    public:
        virtual ~Wait() = default;
    };

    /// The addresses if they are known; null means that `ready` will run in a later turn, unless
    /// `wait` is destroyed. A literal address is its own answer.
    [[nodiscard]] const Addresses* find(const std::string& name, std::unique_ptr<Wait>& wait,
                                        Resolver::Answer ready);

    /// How many names are remembered.
    [[nodiscard]] std::size_t size() const;

private:
    struct Entry;
    struct Table;
    std::unique_ptr<Table> table_;
};

}  // namespace aggregator::net
