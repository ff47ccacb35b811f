#pragma once

#include <deque>
#include <string>
#include <string_view>

#include <aggregator/base/loop.hpp>
#include <aggregator/plan/forward.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::shadow {

/// Turns a client's request into the copy that a shadow gets: what forward() makes, without
/// credentials that must not go there, with the marker, the configured headers, the Host and the
/// trace of its own. One for each worker's mirror; what it made lives until it is asked again.
class CopyBuilder {
public:
    CopyBuilder(base::Loop& loop, const plan::Plan& plan) : loop_(loop), plan_(plan) {}

    /// `id` names the client's request.
    [[nodiscard]] http::Request& build(const plan::Endpoint& endpoint, const plan::Backend& shadow,
                                       const http::Request& request, std::string_view id);

private:
    [[nodiscard]] std::string_view keep(std::string text);
    void strip(const plan::ShadowRules& rules);
    void drop_body();
    void set(std::string_view name, std::string_view value);
    void remove(std::string_view name);
    void edit(const plan::ShadowRules& rules, const plan::ExpressionFacts& facts);
    /// A configured header `Host` says what Host is to be.
    void take_host(http::Request& copy);
    void trace(const http::Request& request);
    [[nodiscard]] std::string_view host_for(const plan::ShadowRules& rules,
                                            std::string_view asked_for);

    base::Loop& loop_;
    const plan::Plan& plan_;
    plan::Outgoing outgoing_;
    std::deque<std::string> texts_;  // what the fields view
};

}  // namespace aggregator::shadow
