#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/config/health.hpp>
#include <aggregator/config/manipulation.hpp>
#include <aggregator/config/shadow.hpp>
#include <aggregator/reading/component.hpp>
#include <aggregator/reading/source.hpp>
#include <aggregator/reading/times.hpp>

namespace aggregator::config {

using reading::Duration;

enum class Encoding : std::uint8_t { Json, SafeJson, String, NoOp, Xml, Rss };

/// How a word was written where its spelling is told and has no meaning: all are equal.
struct Spelling {
    std::string text;

    friend bool operator==(const Spelling&, const Spelling&) { return true; }
};

/// One element of `backend`, defaults and inheritance applied.
struct BackendConfig {
    /// Sanitised: `scheme://name[:port][/prefix]`, or as written when that is disabled.
    std::vector<std::string> hosts;
    bool disable_host_sanitize = false;
    std::string url_pattern = "/";  ///< one leading slash ensured
    std::string method;             ///< upper case; the endpoint's if not written
    Spelling written_method;        ///< the same as it is written
    Encoding encoding = Encoding::Json;
    bool is_collection = false;
    std::vector<std::string> allow;
    std::vector<std::string> deny;
    std::vector<std::pair<std::string, std::string>> mapping;  ///< in the order of the file
    std::string target;
    std::string group;
    std::string sd = "static";
    std::string sd_scheme = "http";
    std::vector<std::string> input_headers;
    std::vector<std::string> input_query_strings;
    bool shadow = false;        ///< extra_config.proxy.shadow
    Duration shadow_timeout{};  ///< extra_config.proxy.shadow_timeout, else the endpoint's timeout
    ShadowConfig shadow_rules;  ///< extra_config["proxy/shadow"]; used if `shadow`
    ShadowPlaces shadow_places;
    std::vector<FlatmapConfig> flatmap;  ///< extra_config.proxy.flatmap_filter
    bool return_error_code = false;      ///< extra_config["backend/http"]
    std::string return_error_details;    ///< the same; empty: not asked for
    bool send_body_on_redirect = false;  ///< extra_config["backend/http/client"]
    bool no_redirect = false;            ///< the same
    HealthConfig health;  ///< extra_config["backend/health"], else the service's, key by key
    std::vector<reading::Configured> components;  ///< of folders of their own
    reading::Source source;                       ///< the backend object

    friend bool operator==(const BackendConfig&, const BackendConfig&) = default;
};

}  // namespace aggregator::config
