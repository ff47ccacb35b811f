#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

bool has_checks(const config::BackendConfig& backend) {
    return backend.health.active && backend.health.checks.value_or(false);
}

void check_statuses(const Subject& subject, Findings& findings) {
    for_each_backend(subject, [&findings](const auto&, const config::BackendConfig& backend) {
        const config::HealthConfig& health = backend.health;
        const bool judged = (health.statuses && !health.statuses->empty()) || has_checks(backend);
        if (backend.hosts.size() > 1 && health.passive.value_or(true) && !judged) {
            findings.at(backend.source, "host",
                        "a host that answers every call with an error keeps its turn: only failed "
                        "connections and late answers leave it out",
                        "list the statuses in `backend/health`: \"passive\": { \"statuses\": [502, "
                        "503, 504] }, or check the hosts with `active`");
        }
    });
}

void check_discovered(const Subject& subject, Findings& findings) {
    for_each_backend(subject, [&findings](const auto&, const config::BackendConfig& backend) {
        if (backend.sd != "static" && has_checks(backend)) {
            findings.at(backend.source, "sd",
                        "`active` of `backend/health` checks the hosts that are written down, and "
                        "these are discovered",
                        R"(write "active": false; `passive` leaves discovered hosts out, too)");
        }
    });
}

}  // namespace

constinit const Rule kChecksOfDiscoveredHosts = {
    .name = "checks-of-discovered-hosts",
    .severity = Severity::Error,
    .summary = "active checks of hosts that are discovered",
    .explanation =
        R"(The hosts of a backend with `sd` are those of its SRV records, which may change
at any time. `active` of `backend/health` knows the hosts that are written down.

Bad:
    "sd": "dns", "extra_config": { "backend/health": { "active": { "path": "/healthz" } } }

Good:
    "sd": "dns", "extra_config": { "backend/health": { "passive": { "statuses": [503] } } })",
    .check = check_discovered,
};

constinit const Rule kSeveralHostsWithoutStatusCheck = {
    .name = "several-hosts-without-status-check",
    .severity = Severity::Advice,
    .summary = "statuses of answers leave none of several hosts out",
    .explanation = R"(A host that refuses connections or is late is left out for a while. One that
answers 503 to everything is not, unless its statuses are listed: not every
backend means by 503 that the host is unwell.

Bad:
    "host": ["http://a.internal", "http://b.internal"]

Good:
    "host": ["http://a.internal", "http://b.internal"],
    "extra_config": { "backend/health": { "passive": { "statuses": [502, 503, 504] } } })",
    .check = check_statuses,
};

}  // namespace aggregator::lint
