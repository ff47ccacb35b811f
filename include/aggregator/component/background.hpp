#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <aggregator/base/log.hpp>
#include <aggregator/base/loop.hpp>
#include <aggregator/http/service.hpp>
#include <aggregator/plan/backend.hpp>

namespace aggregator::component {

/// How the background asks a host.
struct RemoteOptions {
    std::uint64_t answer_bytes_max = 1U << 20;  ///< beyond: Response::cut
    bool redirects = true;  ///< followed, but never from https to http; false: they are the answer
};

/// What is done for all workers together and for no request alone: key sets and tokens are fetched,
/// hosts are checked. One for the process, owned by app: a thread with a loop and connections of
/// its own, and a pool of threads for work that blocks. Outlives every component::Shared and every
/// graph; from the end of its thread on nothing that was posted runs.
class Background {
public:
    virtual ~Background() = default;

    /// Only post() may be called from other threads. What was posted before the thread runs is done
    /// first.
    [[nodiscard]] virtual base::Loop& loop() = 0;
    [[nodiscard]] virtual base::Log& log() = 0;
    /// Asks that host and gives whole answers. Each call needs a deadline of its caller's: destroy
    /// it then. On the background's thread alone, the Service's destruction included, unless the
    /// thread has ended.
    [[nodiscard]] virtual std::unique_ptr<http::Service> client(const plan::Host& host,
                                                                const RemoteOptions& options) = 0;
    /// Runs `job` on a thread where it may block; false, and it never runs, if 256 jobs wait
    /// already. From any thread.
    [[nodiscard]] virtual bool work(std::function<void()> job) = 0;
};

}  // namespace aggregator::component
