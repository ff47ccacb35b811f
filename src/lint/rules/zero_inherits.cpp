#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void check_key(const Source& object, std::string_view key, const std::string& instead,
               Findings& findings) {
    const json::Node* const node = written(object, key);
    if (node != nullptr && says_zero(*node)) {
        findings.at({object.file, node}, "",
                    quoted(key) + " of 0 does not switch it off: " + instead,
                    "write the duration that is wanted, or remove the key");
    }
}

void check_zero_inherits(const Subject& subject, Findings& findings) {
    const config::ServiceConfig& service = subject.service;
    if (!is_overridden(service, "timeout")) {
        check_key(service.source, "timeout", "the default of 2s is used", findings);
    }
    for (const config::EndpointConfig& endpoint : service.endpoints) {
        check_key(endpoint.source, "timeout", "the service's timeout is used", findings);
        if (service.cache_ttl != reading::Duration::zero()) {
            check_key(endpoint.source, "cache_ttl", "the service's `cache_ttl` is used", findings);
        }
    }
}

}  // namespace

constinit const Rule kZeroInherits = {
    .name = "zero-inherits",
    .severity = Severity::Warning,
    .summary = "a duration of 0 stands for the inherited one, not for none",
    .explanation = R"(For `timeout` and `cache_ttl`, 0 is the same as nothing written: the endpoint
takes the service's value, and the service its default. There is no endpoint
without a timeout, and none can leave Cache-Control out of its replies while the
service sets it.

Bad:
    "cache_ttl": "60s", "endpoints": [{ "endpoint": "/live", "cache_ttl": "0s" }]

Good:
    "endpoints": [{ "endpoint": "/live" }, { "endpoint": "/old", "cache_ttl": "60s" }])",
    .check = check_zero_inherits,
};

}  // namespace aggregator::lint
