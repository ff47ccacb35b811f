#include <algorithm>

#include <aggregator/base/text.hpp>

#include <aggregator/plan/host.hpp>
#include "plan/pattern.hpp"
#include "plan/shadow.hpp"

namespace aggregator::plan {

namespace {

tl::unexpected<base::Error> refuse(std::string why) {
    return base::fail(base::Code::BadConfiguration, std::move(why));
}

std::string shown(const MirrorSpec& spec) { return "`" + spec.host.substr(0, 100) + "`"; }

/// What is in the list, for who asked for something else.
std::string listed(const std::vector<std::string>& allowed) {
    constexpr std::size_t kShownMax = 10;
    if (allowed.empty()) {
        return "names no host";
    }
    std::string text = "names ";
    for (std::size_t i = 0; i < std::min(allowed.size(), kShownMax); ++i) {
        text += (i == 0 ? "`" : ", `") + allowed[i] + "`";
    }
    return text + (allowed.size() > kShownMax ? " and more" : "");
}

/// The path that stands in front of what the live hosts are asked for.
std::string prefix_of(const Backend& live) {
    return live.hosts.empty() ? std::string() : live.hosts.front().prefix;
}

const Host* live_host(const Endpoint& endpoint, const Host& wanted) {
    for (const Backend& backend : endpoint.backends) {
        for (const Host& host : backend.hosts) {
            if (host.port == wanted.port && base::to_lower(host.name) == wanted.name) {
                return &host;
            }
        }
    }
    return nullptr;
}

/// The name or address that is wished for, with its port. It is spoken to like the live host that
/// it is, else by TLS on port 443 and in plain text on any other.
base::Result<Host> host_of(const Endpoint& endpoint, const MirrorSpec& spec) {
    if (spec.port == 0) {
        return refuse("a port from 1 to 65535 is expected");
    }
    const bool bare_v6 = spec.host.find(':') != std::string::npos && !spec.host.starts_with('[');
    const std::string name = base::to_lower(bare_v6 ? "[" + spec.host + "]" : spec.host);
    const std::string written = name + ":" + std::to_string(spec.port);
    auto host = parse_host("http://" + written);
    // With a port or a path of its own, the name would be another one than what is written.
    if (!host || (host->name != name && "[" + host->name + "]" != name) || !host->prefix.empty()) {
        return refuse(shown(spec) +
                      " is not well formed: a name or an address is expected, "
                      "without scheme, port, path and user");
    }
    const Host* const live = live_host(endpoint, *host);
    const bool tls = live == nullptr ? spec.port == kHttpsPort : live->tls;
    return tls ? parse_host("https://" + written) : host;
}

config::ShadowConfig config_of(const Plan& plan, const MirrorSpec& spec) {
    config::ShadowConfig config = plan.service.shadow.defaults;
    config.name = config::kMirrorName;
    config.enabled = true;
    config.sample.percentage = spec.percentage;
    config.wait = spec.wait;
    config.log = spec.log_all ? config::ShadowLog::All : config::ShadowLog::Off;
    return config;
}

}  // namespace

base::Result<std::shared_ptr<const Backend>> compile_mirror(const Plan& plan,
                                                            const Endpoint& endpoint,
                                                            const MirrorSpec& spec) {
    if (!(spec.percentage >= 0 && spec.percentage <= 100)) {
        return refuse("percentage: a number from 0 to 100 is expected");
    }
    auto host = host_of(endpoint, spec);
    if (!host) {
        return base::fail(std::move(host.error()));
    }
    const auto& allowed = plan.service.shadow.allowed_hosts;
    if (!is_allowed_host(allowed, host->name, host->port)) {
        return refuse(shown(spec) + " on port " + std::to_string(spec.port) +
                      " is not allowed: `allowed_hosts` of the service's `proxy/shadow` " +
                      listed(allowed));
    }
    host->prefix = prefix_of(endpoint.backends.front());
    auto mirror = std::make_shared<Backend>(endpoint.backends.front());
    mirror->index = static_cast<std::uint32_t>(endpoint.backends.size() + endpoint.shadows.size());
    mirror->discovery.reset();
    mirror->hosts = {*std::move(host)};
    mirror->attempts = 1;
    mirror->shadow = true;
    mirror->shadow_timeout = std::min<Duration>(endpoint.timeout, config::kShadowTimeoutMax);
    const auto syntax = plan.service.disable_rest ? ParamSyntax::Anywhere : ParamSyntax::Segment;
    const std::vector<std::string> captured = parameter_names(endpoint.pattern, syntax);
    std::vector<RulesFault> faults;
    mirror->rules = compile_rules(
        {.service = plan.service, .endpoint = endpoint, .captured = captured, .places = {}},
        *mirror, config_of(plan, spec), faults);
    if (!faults.empty()) {
        return refuse("the `defaults` of `proxy/shadow` do not fit: " + faults.front().message);
    }
    return std::shared_ptr<const Backend>(std::move(mirror));
}

}  // namespace aggregator::plan
