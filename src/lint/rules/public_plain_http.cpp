#include <aggregator/plan/address_set.hpp>

#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

constexpr std::string_view kScheme = "http://";

/// Networks that no packet leaves to the open (RFC 1918, 6598, 3927, 4193 and their like).
constexpr std::string_view kPrivateNetworks[] = {
    "10.0.0.0/8",    "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16",
    "100.64.0.0/10", "0.0.0.0/8",     "::1/128",        "fc00::/7",    "fe80::/10"};

/// Ends of names that are kept for private use, or are usual for it.
constexpr std::string_view kPrivateEnds[] = {
    ".internal", ".local", ".localhost", ".svc",     ".test",   ".lan",     ".home.arpa",
    ".intranet", ".corp",  ".private",   ".invalid", ".consul", ".example", ".docker"};

/// The name or address of a host with a scheme, in lower case, without port and brackets.
std::string host_name(std::string_view host) {
    host.remove_prefix(kScheme.size());
    host = host.substr(0, host.find('/'));
    if (host.starts_with('[')) {
        return base::to_lower(host.substr(1, host.find(']') - 1));
    }
    host = host.substr(0, host.find(':'));
    return base::to_lower(host.ends_with('.') ? host.substr(0, host.size() - 1) : host);
}

/// Asks whether hosts are private.
class Neighbourhood {
public:
    Neighbourhood() {
        for (const std::string_view network : kPrivateNetworks) {
            static_cast<void>(networks_.add(network));
        }
        networks_.close();
    }

    [[nodiscard]] bool has(std::string_view name) const {
        if (plan::is_address(name)) {
            return networks_.contains(name);
        }
        return name.find('.') == std::string_view::npos ||
               std::any_of(std::begin(kPrivateEnds), std::end(kPrivateEnds),
                           [name](std::string_view end) { return name.ends_with(end); });
    }

private:
    plan::AddressSet networks_;
};

void check_hosts(const Source& object, const Names& hosts, const Neighbourhood& private_ones,
                 Findings& findings) {
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        const std::string& host = hosts[i];
        if (!base::equal_ignoring_case(host.substr(0, kScheme.size()), kScheme) ||
            private_ones.has(host_name(host))) {
            continue;
        }
        const bool implied = text_at(object, {"host", i}).find("://") == std::string_view::npos;
        findings.at(
            object, {"host", i},
            quoted(host) +
                " is called without TLS: anybody on the way can read and change what is sent",
            implied ? "http:// is implied where no scheme is written: write https://"
                    : "write https://, if the host speaks it");
    }
}

void check_public_plain_http(const Subject& subject, Findings& findings) {
    const Neighbourhood private_ones;
    check_hosts(subject.service.source, subject.service.hosts, private_ones, findings);
    for_each_backend(subject, [&](const auto&, const config::BackendConfig& backend) {
        if (backend.sd != "dns" && has_list(backend.source, "host")) {
            check_hosts(backend.source, backend.hosts, private_ones, findings);
        }
    });
}

}  // namespace

constinit const Rule kPublicPlainHttp = {
    .name = "public-plain-http",
    .severity = Severity::Advice,
    .summary = "a host outside of private networks is called without TLS",
    .explanation =
        R"(A host without a scheme means http://. Within a machine, a cluster or a private
network that is often what is wanted; over the open internet everybody on the way
can read and change requests and answers, credentials among them. Private are
loopback, link-local and private addresses, names without a dot, and names below
.internal, .local, .svc, .test and their like.

Bad:
    "host": ["http://api.shop.com"]

Good:
    "host": ["https://api.shop.com"])",
    .check = check_public_plain_http,
};

}  // namespace aggregator::lint
