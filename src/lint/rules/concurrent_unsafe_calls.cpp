#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// The methods that change nothing (RFC 9110 9.2.1).
bool may_repeat(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

/// The backends that are asked several times, with their methods.
Names unsafe_backends(const config::EndpointConfig& endpoint) {
    Names unsafe;
    for (const config::BackendConfig& backend : endpoint.backends) {
        if (!backend.shadow && !may_repeat(backend.method)) {
            unsafe.push_back(quoted(backend.method + ' ' + backend.url_pattern));
        }
    }
    return unsafe;
}

void check_concurrent_unsafe_calls(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        const Names unsafe = endpoint.concurrent_calls > 1 ? unsafe_backends(endpoint) : Names();
        if (!unsafe.empty()) {
            findings.at(endpoint.source, "concurrent_calls",
                        "every request makes " + std::to_string(endpoint.concurrent_calls) +
                            " calls of " + unsafe.front() + and_more(unsafe.size()) +
                            ", and each of them may change something",
                        "keep `concurrent_calls` for backends that only read");
        }
    }
}

}  // namespace

constinit const Rule kConcurrentUnsafeCalls = {
    .name = "concurrent-unsafe-calls",
    .severity = Severity::Warning,
    .summary = "`concurrent_calls` repeats calls that change something",
    .explanation = R"(`concurrent_calls` sends the same call several times at once and takes the
first good answer. The others are cancelled, which does not undo what they have
begun: a POST may place three orders.

Bad:
    "method": "POST", "concurrent_calls": 3

Good:
    "method": "GET", "concurrent_calls": 3)",
    .check = check_concurrent_unsafe_calls,
};

}  // namespace aggregator::lint
