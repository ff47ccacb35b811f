#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <aggregator/config/service.hpp>

namespace aggregator::app {

/// What is wrong with the files that a service names for TLS, and when its certificates end.
struct TlsFindings {
    reading::Diagnostics diagnostics;  ///< with the places of their keys and the severities of lint
    std::vector<std::pair<std::string, std::int64_t>> expiries;  ///< path, seconds since 1970
};

/// Reads the files of `tls` and `client_tls`. `now` in seconds since 1970.
[[nodiscard]] TlsFindings tls_findings(const config::ServiceConfig& service, std::int64_t now);

/// The same findings as the start weighs them: a file of the listener that cannot be used is an
/// error, a certificate that has expired a warning, since clients that do not check it are still
/// served. What `client_tls` names may never be needed: a warning, and make_tls() fails if it is.
[[nodiscard]] reading::Diagnostics weighed_for_start(reading::Diagnostics findings);

/// The present time in seconds since 1970.
[[nodiscard]] std::int64_t unix_seconds();

}  // namespace aggregator::app
