#pragma once

#include <optional>

#include <aggregator/admin/interface.hpp>

#include "admin/failed_tokens.hpp"
#include "admin/reply.hpp"
#include "admin/route.hpp"

namespace aggregator::admin {

/// Why a request is not served, before anybody looks at what it wants: the token, the path, the
/// method, the type of the body. Nothing if it is.
[[nodiscard]] std::optional<Reply> refuse(const Interface::Context& context,
                                          const http::Request& request, const Found& found,
                                          FailedTokens& failed);

}  // namespace aggregator::admin
