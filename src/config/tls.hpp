#pragma once

#include <aggregator/config/service.hpp>
#include "config/reading.hpp"

namespace aggregator::config {

/// Reads the service's `tls`.
void read_listener_tls(const Value& value, std::optional<ListenerTlsConfig>& out);

/// Reads the service's `client_tls`.
void read_client_tls(const Value& value, ClientTlsConfig& tls);

}  // namespace aggregator::config
