#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <aggregator/base/counters.hpp>
#include <aggregator/base/log.hpp>
#include <aggregator/base/loop.hpp>
#include <aggregator/engine/remarks.hpp>
#include <aggregator/http/local_reply.hpp>
#include <aggregator/http/message.hpp>
#include <aggregator/plan/forward.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::engine {

struct Buffers;
struct Tools;

/// What all endpoints and the router of one worker share: its loop, the plan, the constant text of
/// replies, and memory that is used again and again. Lives on the loop's thread; outlives all that
/// is built on it.
class Workspace {
public:
    /// All are borrowed.
    Workspace(base::Loop& loop, const plan::Plan& plan, base::Counters& counters,
              base::Log* log = nullptr);
    ~Workspace();
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

    [[nodiscard]] base::Loop& loop() const { return loop_; }
    [[nodiscard]] const plan::Plan& plan() const { return plan_; }
    [[nodiscard]] base::Counters& counters() const { return counters_; }
    /// Null where nothing is logged.
    [[nodiscard]] base::Log* log() const { return log_; }

    /// The headers that tell clients who answered.
    [[nodiscard]] http::Field version_field() const { return {version_name_, version_}; }
    /// Whether a backend's field has a name that is the gateway's: beginning with `X-Aggregator`,
    /// or one of those with the configured prefix. Without case, and `_` counts as `-`.
    [[nodiscard]] bool is_own_field(std::string_view name) const;
    [[nodiscard]] http::Field completed_field(std::string_view value) const {
        return {completed_name_, value};
    }
    /// The refusal of a request: counted, and named in its record, if there is one.
    [[nodiscard]] http::LocalReply refuse(const http::Request& request, base::Code code,
                                          std::string text);
    /// The header that names a failure; on every reply that the gateway makes itself.
    [[nodiscard]] http::Field error_field(base::Code code) const {
        return {plan_.errors.header, base::row(code).name};
    }

    /// Buffers for one exchange in flight, `parts` parts wide.
    [[nodiscard]] std::unique_ptr<Buffers> borrow(std::size_t parts);
    /// Keeps them for the next exchange, emptied, unless enough are kept.
    void give_back(std::unique_ptr<Buffers> buffers);
    /// Parsers and writers that are used within one step of one exchange.
    [[nodiscard]] Tools& tools() { return *tools_; }

    /// What all workers log once; null: each failure is counted only. Borrowed.
    Remarks* remarks = nullptr;

    // Used within one step of one exchange, and never across two.
    plan::Outgoing outgoing;          ///< until the backend's call() returned
    std::vector<http::Field> fields;  ///< of a reply, until Done returned
    std::string body;                 ///< of a reply, until Done returned

private:
    /// More idle buffers than this are freed: they were needed in a rush.
    static constexpr std::size_t kIdleBuffersMax = 256;

    base::Loop& loop_;
    const plan::Plan& plan_;
    base::Counters& counters_;
    base::Log* log_;
    std::string version_;
    std::string version_name_;
    std::string completed_name_;
    std::unique_ptr<Tools> tools_;  // outlives the buffers
    std::vector<std::unique_ptr<Buffers>> idle_;
};

}  // namespace aggregator::engine
