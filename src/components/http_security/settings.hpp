#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/plan/pattern_set.hpp>
#include <aggregator/reading/component.hpp>
#include <aggregator/reading/typing.hpp>

namespace aggregator::components {

enum class Scheme : std::uint8_t { Http, Https };

/// What `security/http` asks for. Empty texts and lists ask for nothing.
struct HttpSecurity final : reading::Settings {
    std::vector<std::string> hosts;                 ///< in lower case, with a port or for any
    std::optional<plan::PatternSet> host_patterns;  ///< in the place of `hosts`
    std::vector<std::string> host_headers;  ///< in which trusted proxies name the host, in order
    bool redirects = false;                 ///< plain HTTP to https
    std::string redirect_host;
    reading::Pairs tls_headers;  ///< a request with one of them came over TLS to a proxy in front
    std::string sts;             ///< value of Strict-Transport-Security
    bool sts_always = false;     ///< without TLS, too
    std::string frame_options;
    bool nosniff = false;
    bool xss_filter = false;
    std::string content_policy;
    std::string referrer_policy;
    bool development = false;  ///< hosts, redirects and `sts` were written, but do not count

    /// Whether requests for that host, as a Host header names it, are served.
    [[nodiscard]] bool serves(std::string_view host, Scheme scheme) const;
};

/// Reads the component's keys.
[[nodiscard]] std::shared_ptr<const reading::Settings> read_http_security(
    const reading::Value& value);

}  // namespace aggregator::components
