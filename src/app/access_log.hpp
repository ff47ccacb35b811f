#pragma once

#include <string>

#include <aggregator/base/log.hpp>
#include <aggregator/net/server.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::app {

/// One worker's access log: a line a request, handed to the writing thread in blocks,
/// so that a request costs its formatting and nothing else. Lives on the worker's thread.
class AccessLog {
public:
    AccessLog(base::Loop& loop, base::Log& log, const plan::Plan& plan);
    ~AccessLog();  ///< hands over what is left
    AccessLog(const AccessLog&) = delete;
    AccessLog& operator=(const AccessLog&) = delete;

    void note(const net::AccessEntry& entry);

private:
    void flush();

    base::Log& log_;
    const plan::Plan& plan_;
    std::string block_;
    std::uint64_t lines_ = 0;
    base::Timer flush_;
};

}  // namespace aggregator::app
