#pragma once

#include <string>
#include <vector>

#include <aggregator/config/load.hpp>
#include <aggregator/net/proxies.hpp>

namespace aggregator::app {

/// The variables of this process that may override keys of a configuration, and what the command
/// line allows to be left out of it.
[[nodiscard]] config::Environment environment(const std::vector<std::string>& allowed);

/// What the variables http_proxy, https_proxy and no_proxy say, or those of the same names in
/// capitals where they are empty. HTTP_PROXY is left out of a CGI program, whose clients can set
/// it.
[[nodiscard]] net::Proxies::Variables proxy_variables();

}  // namespace aggregator::app
