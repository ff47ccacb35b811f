#pragma once

#include <string_view>

#include <aggregator/http/message.hpp>

namespace aggregator::admin {

enum class Entry : std::uint8_t { Granted, TokenMissing, TokenWrong, ForeignPage };

/// Whether a request bears the token. Without a token whoever reaches the listener is let in, but
/// for the pages of a browser on the same machine: those ask for a host that is no address, or say
/// where they come from.
[[nodiscard]] Entry check_access(const http::Request& request, std::string_view token);

}  // namespace aggregator::admin
