#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <aggregator/admin/gateway.hpp>
#include <aggregator/admin/state.hpp>
#include <aggregator/base/log.hpp>
#include <aggregator/base/loop.hpp>
#include <aggregator/config/shadow.hpp>
#include <aggregator/http/service.hpp>

namespace aggregator::admin {

/// The management interface: what is served, what the shadows do, live changes to them, metrics,
/// health. One Service for a listener of its own, on a loop of its own: what it does may block
/// that loop (the state file), never a worker. Changes are stored before they are answered. Owned
/// by app; it, and what it borrows, live until the gateway runs no more functions that it was
/// given.
class Interface final : public http::Service {
public:
    struct Context {
        base::Loop& loop;
        Gateway& gateway;
        base::Log& log;
        const config::AdminConfig& config;
        State* state = nullptr;  ///< where changes are kept; null: they end with the program
        /// Nanoseconds since 1970; empty: the system's clock.
        std::function<std::int64_t()> unix_now = {};
    };

    explicit Interface(Context context);
    ~Interface() override;
    Interface(const Interface&) = delete;
    Interface& operator=(const Interface&) = delete;

    /// Puts in force what the state holds: settings at once, mirrors through the gateway. Entries
    /// that fit nothing any longer stay, and are told in the log. Fails if the state cannot be
    /// read. Once, on the loop's thread or before the loop runs; GET /ready says no until all is
    /// in force.
    [[nodiscard]] base::Result<void> restore();

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

private:
    struct Handlers;

    Context context_;
    std::unique_ptr<Handlers> handlers_;
};

}  // namespace aggregator::admin
