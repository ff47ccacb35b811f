#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void check_object(const Source& object, reading::Duration ttl, Findings& findings) {
    const json::Node* const node = written(object, "cache_ttl");
    if (node == nullptr || says_zero(*node) || ttl >= std::chrono::seconds(1)) {
        return;
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(ttl);
    findings.at(object, "cache_ttl",
                "`cache_ttl` of " + quoted(node->text) +
                    " is sent as max-age=" + std::to_string(seconds.count()) + ": nothing is kept",
                "write a second or more, or remove the key");
}

void check_cache_ttl_below_a_second(const Subject& subject, Findings& findings) {
    check_object(subject.service.source, subject.service.cache_ttl, findings);
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        if (endpoint.output_encoding != "no-op") {
            check_object(endpoint.source, endpoint.cache_ttl, findings);
        }
    }
}

}  // namespace

constinit const Rule kCacheTtlBelowASecond = {
    .name = "cache-ttl-below-a-second",
    .severity = Severity::Warning,
    .summary = "a `cache_ttl` of less than a second becomes max-age=0",
    .explanation = R"(Cache-Control counts in whole seconds, and what is left over is cut off: 900ms
becomes `public, max-age=0`, which lets caches store a reply and use it never.

Bad:
    "cache_ttl": "900ms"

Good:
    "cache_ttl": "1s")",
    .check = check_cache_ttl_below_a_second,
};

}  // namespace aggregator::lint
