#include <aggregator/http/hops.hpp>

#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// A header that does not pass, and what happens instead.
struct Fixed {
    std::string_view name;
    std::string_view instead;
};

constexpr Fixed kSet[] = {
    {"X-Forwarded-For", "the gateway sends the client's address in its place"},
    {"X-Forwarded-Host", "the gateway sends the host that the client asked for in its place"},
    {"X-Forwarded-Via", "the gateway sends its own name in its place"},
};
constexpr Fixed kNever[] = {
    {"Host", "every backend gets its own host in its place"},
    {"Content-Length", "the gateway measures the body itself"},
    {"Expect", "the gateway asks its backends itself"},
    {"HTTP2-Settings", "it is about one connection alone"},
};

/// What becomes of a header that is listed; empty if it passes.
std::string_view fate_of(std::string_view name) {
    for (const Fixed& fixed : kNever) {
        if (same_header(fixed.name, name)) {
            return fixed.instead;
        }
    }
    return http::is_hop_by_hop(name) ? "it is about one connection alone" : std::string_view();
}

/// The same at an endpoint, where the gateway's own do not stand for themselves yet.
std::string_view fate_at_endpoint(std::string_view name) {
    for (const Fixed& fixed : kSet) {
        if (same_header(fixed.name, name)) {
            return fixed.instead;
        }
    }
    return fate_of(name);
}

using Fate = std::string_view (*)(std::string_view name);

void check_list(const Source& object, const Names& headers, Fate fate, Findings& findings) {
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const std::string_view instead = fate(headers[i]);
        if (!instead.empty()) {
            findings.at(
                object, {kInputHeaders, i},
                "a client's " + quoted(headers[i]) + " is never forwarded: " + std::string(instead),
                "take it out of the list");
        }
    }
}

void check_overwritten_header(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        check_list(endpoint.source, endpoint.input_headers, fate_at_endpoint, findings);
        for (const config::BackendConfig& backend : endpoint.backends) {
            check_list(backend.source, backend.input_headers, fate_of, findings);
        }
    }
}

}  // namespace

constinit const Rule kOverwrittenHeader = {
    .name = "overwritten-header",
    .severity = Severity::Warning,
    .summary = "a listed header never passes: the gateway sets it, or it ends at each hop",
    .explanation = R"(Some headers of a client are never forwarded, listed or not:
- X-Forwarded-For, X-Forwarded-Host and X-Forwarded-Via are the gateway's to set;
- Host is the backend's own;
- Content-Length, Transfer-Encoding and Expect belong to the framing of a message,
  which each connection has its own of;
- Connection, Upgrade, TE, Trailer, Keep-Alive and their like are about one
  connection (RFC 9110 7.6.1), so a WebSocket cannot be opened by listing them.
Listing them has no effect. A backend's list may name X-Forwarded-For and
X-Forwarded-Host to keep the gateway's own.

Bad:
    "input_headers": ["Accept", "X-Forwarded-For"]

Good:
    "input_headers": ["Accept"])",
    .check = check_overwritten_header,
};

}  // namespace aggregator::lint
