#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <aggregator/admin/gateway.hpp>
#include <aggregator/json/writer.hpp>

namespace aggregator::admin {

/// What is told of an endpoint: pattern, settings, backends, its shadows.
void describe_endpoint(json::Writer& out, const Gateway& gateway, const plan::Endpoint& endpoint);

/// What is told of a shadow besides what the gateway knows of it.
struct Telling {
    const plan::Endpoint& endpoint;
    const shadow::Ledger& ledger;
    std::int64_t age = 0;  ///< nanoseconds
};

/// Identity, settings, rules, and what became of its copies.
void describe_shadow(json::Writer& out, const LiveShadow& live, const Telling& telling);

/// The ledger of a shadow; an empty one if there is none.
[[nodiscard]] const shadow::Ledger& ledger_of(const Snapshot& snapshot, const std::string& id);

}  // namespace aggregator::admin
