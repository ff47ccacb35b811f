#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

bool is_told_to_caches(const config::EndpointConfig& endpoint) {
    return endpoint.method != "GET" && endpoint.cache_ttl > reading::Duration::zero() &&
           endpoint.output_encoding != "no-op";
}

void check_cache_ttl_on_write(const Subject& subject, Findings& findings) {
    Names inheriting;
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        if (!is_told_to_caches(endpoint)) {
            continue;
        }
        if (!says_duration(endpoint.source, "cache_ttl")) {
            inheriting.push_back(title_of(endpoint));
            continue;
        }
        findings.at(endpoint.source, "cache_ttl",
                    "the replies to " + title_of(endpoint) +
                        " tell caches to keep them, though its method changes things",
                    "remove `cache_ttl` here");
    }
    if (!inheriting.empty()) {
        findings.at(subject.service.source, "cache_ttl",
                    "the replies to " + inheriting.front() + and_more(inheriting.size()) +
                        " tell caches to keep them, though the method changes things: every "
                        "endpoint inherits this",
                    "write `cache_ttl` into the endpoints that only read");
    }
}

}  // namespace

constinit const Rule kCacheTtlOnWrite = {
    .name = "cache-ttl-on-write",
    .severity = Severity::Warning,
    .summary = "replies to POST, PUT, PATCH or DELETE are declared cacheable",
    .explanation = R"(With `cache_ttl` every complete reply says `Cache-Control: public`, whatever
the method. A cache may then answer a later request with the reply to a change,
to other clients as well. A `cache_ttl` of the service is inherited by all
endpoints, and no endpoint can switch it off.

Bad:
    "cache_ttl": "60s", "endpoints": [{ "endpoint": "/orders", "method": "POST" }]

Good:
    "endpoints": [
      { "endpoint": "/orders", "cache_ttl": "60s" },
      { "endpoint": "/orders", "method": "POST" }
    ])",
    .check = check_cache_ttl_on_write,
};

}  // namespace aggregator::lint
