#pragma once

#include <string>

#include <aggregator/base/loop.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::plan {

/// Writes into `id` what the request is called: what its sender says in the header of
/// `router.request_id`, if that is accepted and is 1 to 128 letters, digits or any of `._:/+=@-`;
/// else a new UUID (RFC 9562).
void identify(const Plan& plan, const http::Request& request, base::Loop& loop, std::string& id);

}  // namespace aggregator::plan
