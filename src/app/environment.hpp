#pragma once

#include <aggregator/config/load.hpp>
#include <aggregator/net/proxies.hpp>

namespace aggregator::app {

/// The variables of this process that may override keys of a configuration.
[[nodiscard]] config::Environment environment();

/// What the variables http_proxy, https_proxy and no_proxy say, or those of the same names in
/// capitals where they are empty. HTTP_PROXY is left out of a CGI program, whose clients can set
/// it.
[[nodiscard]] net::Proxies::Variables proxy_variables();

}  // namespace aggregator::app
