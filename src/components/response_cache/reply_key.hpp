#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <aggregator/http/message.hpp>
#include <aggregator/plan/forward.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::components {

/// What replies of one endpoint depend on: all that a backend could see of a request. Worked out
/// when it is wired; one for each worker.
class ReplyKey {
public:
    explicit ReplyKey(const plan::Endpoint& endpoint);

    /// The key of a request; until the next call. Requests with one key get the same reply: the
    /// same values of the path, of the query strings that are let in, in whatever order they came,
    /// and of the headers that are; and the same host, which backends are told.
    [[nodiscard]] const std::string& of(const http::Request& request);

private:
    void add(std::string_view text);
    void add_query(std::string_view query);

    std::vector<std::string> headers_;
    plan::Filter queries_;
    plan::Outgoing outgoing_;
    std::string key_;
};

}  // namespace aggregator::components
