#pragma once

#include <cstdint>
#include <string>

namespace aggregator::config {

/// `extra_config.admin` of the service.
struct AdminConfig {
    std::string address = "127.0.0.1";  ///< `listen`: literal address and port
    std::uint16_t port = 8090;
    std::string token;            ///< `token`, or what `token_file` holds; empty: loopback only
    bool metrics_public = false;  ///< GET /metrics needs no token
    std::string state;            ///< path of the database of run-time changes; empty: none

    friend bool operator==(const AdminConfig&, const AdminConfig&) = default;
};

}  // namespace aggregator::config
