#pragma once

#include "admin/answering_call.hpp"
#include "admin/reply.hpp"
#include "admin/shadow_records.hpp"

namespace aggregator::admin {

/// `GET /api/v1/hosts`: the hosts of all backends that leave some out when they fail.
[[nodiscard]] Reply list_hosts(const Gateway& gateway);

/// `POST /api/v1/hosts/restore`: hosts that were left out because they failed are asked in their
/// turn again: of one backend or endpoint with `?backend=`, of one name with `&host=`. Answers how
/// many that were. Another query string, and a name that no host has, are refused.
[[nodiscard]] Reply restore_hosts(ShadowRecords& records, const Asked& asked);

}  // namespace aggregator::admin
