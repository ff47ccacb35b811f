#pragma once

#include "admin/answering_call.hpp"
#include "admin/reply.hpp"
#include "admin/shadow_records.hpp"

namespace aggregator::admin {

/// `DELETE /api/v1/cache`: what caches keep is forgotten, of one backend or endpoint with
/// `?backend=`, by its label in the metrics, or of all. Answers how many entries that were, once
/// every worker has forgotten them. Another query string is refused.
void purge_cache(ShadowRecords& records, const Asked& asked, const Answer& answer);

}  // namespace aggregator::admin
