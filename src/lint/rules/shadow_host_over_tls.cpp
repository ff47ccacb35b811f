#include "lint/all_rules.hpp"
#include "lint/rules/shadows.hpp"

namespace aggregator::lint {

namespace {

using Host = config::ShadowRequestConfig::Host;

std::string said(const config::ShadowRequestConfig& request) {
    return request.host == Host::Keep     ? "the client's host"
           : request.host == Host::Suffix ? "the client's host with " + quoted(request.host_suffix)
                                          : quoted(request.host_literal);
}

void check_shadow_host_over_tls(const Subject& subject, Findings& findings) {
    for_each_shadow(subject, [&](const Shadow& shadow) {
        const config::ShadowRequestConfig& request = shadow.config.request;
        if (request.host == Host::Target || shadow.plan == nullptr) {
            return;
        }
        const auto& hosts = shadow.plan->hosts;
        const auto tls =
            std::find_if(hosts.begin(), hosts.end(), [&request](const plan::Host& host) {
                return host.tls && host.authority != request.host_literal;
            });
        if (tls == hosts.end()) {
            return;
        }
        const ShadowSpot spot = spot_of(subject, shadow, "request.host");
        findings.at(spot.source, spot.key,
                    "the Host header of copies says " + said(request) + ", and TLS asks for " +
                        quoted(tls->name),
                    "a server of several names may answer 421; leave `host` out unless you know "
                    "that this one "
                    "does not");
    });
}

}  // namespace

constinit const Rule kShadowHostOverTls = {
    .name = "shadow-host-over-tls",
    .severity = Severity::Advice,
    .summary = "a Host header that is not the name that TLS asks for",
    .explanation =
        R"(A TLS connection asks for the name of the host that it goes to, and its certificate
has to have that name, whatever the Host header says. A server of several names
refuses a request whose Host is another one than the connection was made for,
with 421 (RFC 9110 7.4), and the shadow looks broken though it is not.

Bad:
    "host": ["https://users-v2"], ... "request": { "host": "keep" }

Good:
    "host": ["https://users-v2"], ... "request": { "host": "target" })",
    .check = check_shadow_host_over_tls,
};

}  // namespace aggregator::lint
