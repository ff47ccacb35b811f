#pragma once

#include <vector>

#include <aggregator/engine/workspace.hpp>
#include <aggregator/http/service.hpp>

namespace aggregator::engine {

/// The constant headers of replies in one output encoding.
struct ReplyFields {
    plan::Output output = plan::Output::Json;
    std::vector<http::Field> complete;  ///< of a reply that lacks nothing
    std::vector<http::Field> partial;   ///< of one that does
};

/// What the exchanges of one endpoint have in common. Immutable; owned by the Endpoint.
struct Setting {
    Setting(Workspace& shared, const plan::Endpoint& endpoint,
            std::vector<http::Service*> services);

    /// The head of the encoding that the request asks for, or that the endpoint has.
    [[nodiscard]] const ReplyFields& head_for(const http::Request& request) const;

    Workspace& workspace;
    const plan::Endpoint& plan;
    std::vector<http::Service*> backends;
    std::vector<ReplyFields> heads;  ///< several if the client chooses
};

}  // namespace aggregator::engine
