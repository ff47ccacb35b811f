#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include <aggregator/config/load.hpp>

/// Short ways to load a configuration and to look at what was told about it.
namespace aggregator::config::testing {

using namespace aggregator::reading;  // NOLINT: its words are those of the tests

/// All findings, one a line, for messages of failed checks.
inline std::string listed(const Loaded& loaded) {
    std::string out;
    for (const Diagnostic& one : loaded.diagnostics) {
        out += to_text(one) + "\n";
    }
    return out;
}

/// A service with these further members; `"version": 3` is there already.
inline Loaded load_service(const std::string& members) {
    return load_text("{\"version\": 3" + (members.empty() ? "" : ", " + members) + "}",
                     "test.json");
}

/// One endpoint with these members on a service with a host.
inline Loaded load_endpoint(const std::string& members) {
    return load_service("\"host\": [\"a\"], \"endpoints\": [{" + members + "}]");
}

/// One backend with these members; the endpoint is `GET /`.
inline Loaded load_backend(const std::string& members) {
    return load_endpoint("\"backend\": [{" + members + "}]");
}

/// The service; the test ends if it was refused.
inline const ServiceConfig& service_of(const Loaded& loaded) {
    INFO(listed(loaded));
    REQUIRE(loaded.service.has_value());
    return *loaded.service;
}

inline const EndpointConfig& endpoint_of(const Loaded& loaded) {
    const ServiceConfig& service = service_of(loaded);
    REQUIRE(service.endpoints.size() == 1);
    return service.endpoints.front();
}

inline const BackendConfig& backend_of(const Loaded& loaded) {
    const EndpointConfig& endpoint = endpoint_of(loaded);
    REQUIRE(endpoint.backends.size() == 1);
    return endpoint.backends.front();
}

/// The first finding of a rule; the test ends if there is none.
inline const Diagnostic& finding(const Loaded& loaded, const std::string& rule) {
    const auto found = std::find_if(loaded.diagnostics.begin(), loaded.diagnostics.end(),
                                    [&rule](const Diagnostic& one) { return one.rule == rule; });
    INFO(listed(loaded));
    REQUIRE_MESSAGE(found != loaded.diagnostics.end(), rule);
    return *found;
}

/// The same, of a configuration that is refused.
inline const Diagnostic& error(const Loaded& loaded, const std::string& rule) {
    const Diagnostic& one = finding(loaded, rule);
    CHECK(one.severity == Severity::Error);
    CHECK_FALSE(loaded.service.has_value());
    return one;
}

/// The same, of a configuration that is understood but must not be served.
inline const Diagnostic& refusal(const Loaded& loaded, const std::string& rule) {
    const Diagnostic& one = finding(loaded, rule);
    CHECK(one.severity == Severity::Error);
    CHECK(one.only_serving);
    (void)service_of(loaded);
    return one;
}

/// The same, of a configuration that is served.
inline const Diagnostic& warning(const Loaded& loaded, const std::string& rule) {
    const Diagnostic& one = finding(loaded, rule);
    CHECK(one.severity == Severity::Warning);
    (void)service_of(loaded);
    return one;
}

inline bool is_silent(const Loaded& loaded) {
    INFO(listed(loaded));
    CHECK(loaded.diagnostics.empty());
    return loaded.diagnostics.empty();
}

}  // namespace aggregator::config::testing
