#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// Whether a network has every address of its kind.
bool is_everything(std::string_view network) {
    const std::size_t slash = network.find('/');
    return slash != std::string_view::npos && base::parse_decimal(network.substr(slash + 1)) == 0u;
}

void check_trusts_everybody(const Subject& subject, Findings& findings) {
    const config::RouterConfig& router = subject.service.router;
    for (std::size_t i = 0; i < router.trusted_proxies.size(); ++i) {
        if (is_everything(router.trusted_proxies[i])) {
            findings.at(subject.service.places.router, {"trusted_proxies", i},
                        quoted(router.trusted_proxies[i]) +
                            " trusts everybody: any client chooses its own address with a header",
                        "list the addresses of the proxies in front of the gateway");
        }
    }
}

}  // namespace

constinit const Rule kTrustsEverybody = {
    .name = "trusts-everybody",
    .severity = Severity::Warning,
    .summary = "`trusted_proxies` has every address there is",
    .explanation = R"(A peer in `trusted_proxies` is believed when X-Forwarded-For or another of the
`remote_ip_headers` names the client. If everybody is trusted, a client names
itself whatever it likes, in logs, in limits, and to every backend.

Bad:
    "trusted_proxies": ["0.0.0.0/0"]

Good:
    "trusted_proxies": ["10.0.3.0/24"])",
    .check = check_trusts_everybody,
};

}  // namespace aggregator::lint
