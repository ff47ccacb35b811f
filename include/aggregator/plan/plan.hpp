#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/base/loop.hpp>
#include <aggregator/config/model.hpp>
#include <aggregator/plan/address_set.hpp>
#include <aggregator/plan/ejection.hpp>
#include <aggregator/plan/routes.hpp>
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

/// A tree of dotted paths, for allow and deny.
struct PathTree {
    struct Branch;
    std::vector<Branch> branches;
    /// The branch of that key; null if there is none.
    [[nodiscard]] const Branch* find(std::string_view key) const;
};
struct PathTree::Branch {
    std::string key;
    PathTree below;  ///< no branches: the path ends here
};

/// One operation of a flatmap_filter, its paths cut at their dots: two for Move and Append, any
/// number for Delete.
struct FlatmapOperation {
    config::FlatmapConfig::Kind kind = config::FlatmapConfig::Kind::Delete;
    std::vector<std::vector<std::string>> paths;
};
using Flatmap = std::vector<FlatmapOperation>;

/// How a backend's answer becomes its part of the reply. Empty for a no-op backend, whose answer is
/// not looked into.
struct Shape {
    std::vector<std::string> target;  ///< the dotted path's segments; empty: the whole
    PathTree allow;                   ///< used if it has branches
    PathTree deny;                    ///< empty if `allow` is not
    /// Source key, new key (cut at the first dot).
    std::vector<std::pair<std::string, std::string>> mapping;
    Flatmap flatmap;                   ///< if there is one, allow, deny and mapping are empty
    std::optional<std::string> group;  ///< as a finished JSON string with its quotes
    /// Whether nothing but group is asked, so that members pass as they are.
    [[nodiscard]] bool passes_members() const {
        return target.empty() && allow.branches.empty() && deny.branches.empty() &&
               mapping.empty() && flatmap.empty();
    }
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
    bool shadow = false;
    Duration shadow_timeout{};
    std::shared_ptr<const ShadowRules> rules;  ///< of a shadow
    /// A shadow that takes values out of earlier parts: the one of the endpoint's `backends` that
    /// it is asked together with, the next regular one behind it in the file, or the last. Its
    /// `target` has the parameters of that one: captured, `late`, `follower_late`.
    std::optional<std::uint32_t> follows;
};

enum class Output : std::uint8_t { Json, JsonCollection, String, Xml, Yaml, Negotiate, NoOp };

/// Root members that are put over a reply's own, and when.
struct Static {
    using Strategy = config::StaticConfig::Strategy;
    Strategy strategy = Strategy::Always;
    /// Finished JSON strings with their quotes, and compact values.
    std::vector<std::pair<std::string, std::string>> members;
};

struct Endpoint {
    std::uint32_t number = 0;  ///< its place among Plan::endpoints
    std::string name;          ///< extra_config.router.name; empty if it has none
    std::string pattern;       ///< the path as configured
    std::string method;
    Duration timeout{};
    std::string cache_control;  ///< the header's value; empty: none
    Output output = Output::Json;
    bool sequential = false;  ///< backends are asked one after the other
    Flatmap flatmap;          ///< of the merged answer; empty unless there are two backends
    std::optional<Static> fixed;
    bool has_params = false;        ///< its path captures values, which the router has to check
    std::vector<Backend> backends;  ///< the regular ones, in the order of the configuration
    std::vector<Backend> shadows;
};

/// The routes of all endpoints. A method is here only if an endpoint has it; built-in routes are
/// the router's.
struct RouteTable {
    struct MethodRoutes {
        std::string method;
        Routes routes;
    };
    std::vector<MethodRoutes> methods;  ///< in alphabetical order
    /// The routes of a method, compared with case; null if no endpoint has it.
    [[nodiscard]] const Routes* of(std::string_view method) const;
};

/// What a configuration means: immutable, shared by all workers.
struct Plan {
    /// As loaded, for its scalars. `endpoints` is emptied and every Source is cleared: the plan
    /// outlives the files.
    config::ServiceConfig service;
    std::vector<Endpoint> endpoints;  ///< in the order of the configuration
    RouteTable routes;
    AddressSet trusted_proxies;
    std::string user_agent;  ///< what the gateway calls itself to backends
    std::string via;         ///< value of X-Forwarded-Via
};

/// Compiles what load() accepted: everything that can be told is appended to `diagnostics`; the
/// plan is null if one of those is an error, or if `loaded` has no service.
[[nodiscard]] std::shared_ptr<const Plan> compile(const config::Loaded& loaded,
                                                  config::Diagnostics& diagnostics);

/// What the management interface asks for when it makes a shadow of an endpoint.
struct MirrorWish {
    std::string host;
    std::uint16_t port = 80;
    double percentage = 100;
    bool wait = false;
    bool log_all = true;
};

/// The run-time shadow `mirror` of an endpoint: it gets what the first backend gets, at another
/// host. Fails with BadConfiguration, in words for whoever asked, if the host is not well formed or
/// not among `allowed_hosts`.
[[nodiscard]] base::Result<std::shared_ptr<const Backend>> compile_mirror(const Plan& plan,
                                                                          const Endpoint& endpoint,
                                                                          const MirrorWish& wish);

}  // namespace aggregator::plan
