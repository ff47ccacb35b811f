#pragma once

#include <optional>
#include <string>
#include <vector>

#include <aggregator/config/backend.hpp>

namespace aggregator::config {

/// One element of `endpoints`, defaults and inheritance applied.
struct EndpointConfig {
    std::string name;            ///< extra_config.router.name; unique if written
    std::string endpoint = "/";  ///< leading slash ensured, otherwise as written
    std::string method = "GET";  ///< upper case
    std::vector<BackendConfig> backends;
    Duration timeout{};        ///< from the request's head to the reply's; never 0
    Duration cache_ttl{};      ///< of `Cache-Control` in complete replies; 0: none
    int concurrent_calls = 1;  ///< copies of each call, of which the first good answer counts
    std::vector<std::string> input_headers;        ///< that backends get; `"*"`: nearly all
    std::vector<std::string> input_query_strings;  ///< the same
    std::string output_encoding = "json";          ///< a known one, or a text that counts as `json`
    bool sequential = false;  ///< extra_config.proxy: `strategy`, else `sequential`
    /// extra_config.proxy: `resp0_id` or `resp0` each; what else the texts had is gone.
    std::vector<std::string> sequential_propagated_params;
    std::vector<FlatmapConfig> flatmap;           ///< extra_config.proxy.flatmap_filter
    std::optional<StaticConfig> fixed;            ///< extra_config.proxy.static
    std::vector<reading::Configured> components;  ///< of folders of their own
    reading::Source source;

    friend bool operator==(const EndpointConfig&, const EndpointConfig&) = default;
};

}  // namespace aggregator::config
