#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <aggregator/base/loop.hpp>
#include <aggregator/config/backend.hpp>
#include <aggregator/plan/answer_shape.hpp>
#include <aggregator/plan/ejection.hpp>
#include <aggregator/plan/shadow.hpp>
#include <aggregator/plan/template.hpp>

namespace aggregator::plan {

using base::Duration;

/// Where a backend's connections go.
struct Host {
    bool tls = false;
    std::string name;  ///< a name or a literal address, without brackets
    std::uint16_t port = 80;
    std::string authority;  ///< for the Host header: name or [address], and the port if it is not
                            ///< the scheme's own
    std::string prefix;     ///< path in front of every target, percent-encoded; empty or `/a/b`
};

/// Which of the client's headers or query strings pass.
struct Filter {
    bool all = false;                ///< `"*"` at the endpoint
    std::vector<std::string> names;  ///< headers: canonical spelling; query strings: as written
};

/// A value that a sequential endpoint takes out of an earlier backend's part.
struct LateValue {
    std::string name;               ///< as it is stored: `Resp0_a.b`
    std::uint32_t part = 0;         ///< index among the regular backends
    std::vector<std::string> path;  ///< never empty
};

/// Where a backend's hosts come from that are not written: the SRV records of a name.
struct Discovery {
    std::string name;
    bool tls = false;  ///< what is found speaks https
};

/// One upstream call of an endpoint. What both filters of headers (endpoint and backend) let
/// through is worked out here, so that forward() only asks yes or no.
struct Backend {
    std::uint32_t index = 0;  ///< in the configuration, shadows counted
    std::vector<Host> hosts;  ///< empty: every call fails with NoHosts, unless `discovery` is set
    std::optional<Discovery> discovery;
    std::string method;
    std::string written_method;  ///< for messages: in the spelling of the configuration
    Template target;
    std::string pattern;  ///< url_pattern for messages: `/a/{{.Id}}`
    Filter headers;  ///< what passes of the client's; never what the gateway sets or what ends here
    Filter queries;
    bool adds_forwarded_for = true;
    bool adds_forwarded_host = true;
    bool adds_user_agent = true;      ///< the gateway's own, where the client's did not enter
    bool sees_user_agent = false;     ///< the client's User-Agent enters the proxy
    bool adds_forwarded_via = false;  ///< X-Forwarded-Via, where the client's User-Agent did enter
    bool asks_gzip = true;            ///< Accept-Encoding: gzip is added if none was forwarded
    config::Encoding encoding = config::Encoding::Json;
    bool is_collection = false;
    Shape shape;
    std::uint32_t attempts = 1;  ///< calls that are started at once; the first good answer counts
    /// In sequences: values that stand behind the endpoint's own among `target`'s parameters.
    std::vector<LateValue> late;
    /// More values, behind those: what the shadows that follow this backend need besides.
    std::vector<LateValue> follower_late;
    bool returns_error_code = false;
    std::string error_key;  ///< `error_<name>` as a finished JSON string; empty: no error details
    bool send_body_on_redirect = false;
    bool no_redirect = false;
    std::optional<Ejection> ejection;  ///< only if there may be two hosts or more
    std::vector<reading::InForce> components;
    bool shadow = false;
    Duration shadow_timeout{};
    std::shared_ptr<const ShadowRules> rules;  ///< of a shadow
    /// A shadow that takes values out of earlier parts: the one of the endpoint's `backends` that
    /// it is asked together with, the next regular one behind it in the file, or the last. Its
    /// `target` has the parameters of that one: captured, `late`, `follower_late`.
    std::optional<std::uint32_t> follows;
};

}  // namespace aggregator::plan
