#include "components/cors/rules.hpp"

#include <algorithm>
#include <functional>
#include <string>

#include <aggregator/base/text.hpp>

#include "components/cors/settings.hpp"

namespace aggregator::components {

namespace {

using Names = std::vector<std::string>;
using config::EndpointConfig;

constexpr std::string_view kName = "security/cors";

/// What every page may send without being asked (Fetch standard, CORS-safelisted request-header),
/// and what the gateway answers by itself.
constexpr std::string_view kSafeHeaders[] = {"Accept",       "Accept-Language", "Content-Language",
                                             "Content-Type", "Origin",          "Range"};
constexpr std::string_view kSafeMethods[] = {"GET", "HEAD", "OPTIONS", "POST"};

/// Shows each section with the endpoints that it is for.
void each_section(const config::ServiceConfig& service,
                  const std::function<void(const reading::Configured&, const CorsSettings&,
                                           const std::vector<const EndpointConfig*>&)>& show) {
    std::vector<const EndpointConfig*> inheriting;
    for (const EndpointConfig& endpoint : service.endpoints) {
        const auto* const own = reading::settings_of<CorsSettings>(endpoint.components, kName);
        if (own == nullptr) {
            inheriting.push_back(&endpoint);
        }
        for (const reading::Configured& one : endpoint.components) {
            if (one.name == kName) {
                show(one, *own, {&endpoint});
            }
        }
    }
    for (const reading::Configured& one : service.components) {
        if (one.name == kName) {
            show(one, static_cast<const CorsSettings&>(*one.settings), inheriting);
        }
    }
}

bool has(const Names& names, std::string_view wanted) {
    return std::any_of(names.begin(), names.end(), [wanted](const std::string& one) {
        return one == "*" || base::equal_ignoring_case(one, wanted);
    });
}

template <std::size_t N>
bool is_among(const std::string_view (&names)[N], std::string_view name) {
    return std::any_of(std::begin(names), std::end(names), [name](std::string_view one) {
        return base::equal_ignoring_case(one, name);
    });
}

void check_headers(const lint::Subject& subject, lint::Findings& findings) {
    each_section(
        subject.service, [&findings](const auto& place, const auto& cors, const auto& endpoints) {
            for (std::size_t i = 0; i < cors.headers.size() && !cors.any_header; ++i) {
                const std::string& name = cors.headers[i];
                const bool let_in =
                    is_among(kSafeHeaders, name) ||
                    std::any_of(endpoints.begin(), endpoints.end(), [&name](const auto* endpoint) {
                        return has(endpoint->input_headers, name);
                    });
                if (!let_in) {
                    findings.at(place.source, {"allow_headers", i},
                                "pages may send " + reading::quoted(name) +
                                    ", and no endpoint lets it in: backends never see it",
                                "add it to the `input_headers` of the endpoints that need it");
                }
            }
        });
}

void check_methods(const lint::Subject& subject, lint::Findings& findings) {
    each_section(subject.service, [&findings](const auto& place, const auto& cors,
                                              const auto& endpoints) {
        for (std::size_t i = 0; i < cors.methods.size(); ++i) {
            const std::string& method = cors.methods[i];
            const bool served =
                is_among(kSafeMethods, method) ||
                std::any_of(endpoints.begin(), endpoints.end(),
                            [&method](const auto* endpoint) { return endpoint->method == method; });
            if (!served) {
                findings.at(place.source, {"allow_methods", i},
                            reading::quoted(method) +
                                " is allowed to pages of other origins, and no endpoint has it",
                            "remove it");
            }
        }
    });
}

void check_completed(const lint::Subject& subject, lint::Findings& findings) {
    const std::string name = subject.service.router.header_prefix + "-Completed";
    each_section(subject.service, [&](const auto& place, const auto& cors, const auto& endpoints) {
        const bool may_be_partial =
            std::any_of(endpoints.begin(), endpoints.end(), [](const auto* endpoint) {
                const auto& all = endpoint->backends;
                return std::count_if(all.begin(), all.end(),
                                     [](const auto& one) { return !one.shadow; }) > 1;
            });
        if (may_be_partial &&
            base::to_lower(cors.exposed).find(base::to_lower(name)) == std::string::npos) {
            findings.at(place.source, "expose_headers",
                        "scripts of other origins cannot see " + reading::quoted(name) +
                            ", which says whether a merged reply is complete",
                        "add it to `expose_headers`");
        }
    });
}

}  // namespace

constinit const lint::Rule kCorsAnyOriginWithCredentials = {
    .name = "cors-any-origin-with-credentials",
    .severity = lint::Severity::Warning,
    .summary = "`allow_credentials` with every origin allowed: credentials are not granted",
    .explanation =
        R"(With `allow_credentials` a page of another origin reads replies as the user who
is logged in. If every origin may do that, every page that the user visits can.
So credentials are not granted then: Access-Control-Allow-Credentials is left
out.

Bad:
    "security/cors": { "allow_origins": ["*"], "allow_credentials": true }

Good:
    "security/cors": { "allow_origins": ["https://app.example.com"], "allow_credentials": true })",
};

constinit const lint::Rule kCorsCompletedNotExposed = {
    .name = "cors-completed-not-exposed",
    .severity = lint::Severity::Advice,
    .summary = "scripts cannot see the header that says whether a reply is complete",
    .explanation =
        R"(A script sees only the headers of a reply that `expose_headers` lists. The header
X-Aggregator-Completed says whether all backends answered; without it a page
cannot tell half a reply from a whole one.

Bad:
    "security/cors": { "expose_headers": ["Content-Length"] }

Good:
    "security/cors": { "expose_headers": ["Content-Length", "X-Aggregator-Completed"] })",
    .check = check_completed,
};

constinit const lint::Rule kCorsEmptyOrigins = {
    .name = "cors-empty-origins",
    .severity = lint::Severity::Warning,
    .summary = "an empty list of origins allows all of them",
    .explanation = R"(An empty `allow_origins` looks as if nobody were let in, and means that
everybody is.

Bad:
    "security/cors": { "allow_origins": [] }

Good:
    "security/cors": { "allow_origins": ["https://app.example.com"] })",
};

constinit const lint::Rule kCorsHeaderNotForwarded = {
    .name = "cors-header-not-forwarded",
    .severity = lint::Severity::Advice,
    .summary = "pages may send a header that no endpoint lets in",
    .explanation =
        R"(`allow_headers` lets a page send a header; whether a backend gets it is said by
`input_headers`. A header that is only in the first list is dropped.

Bad:
    "security/cors": { "allow_headers": ["X-Tenant"] }
    "input_headers": []

Good:
    "security/cors": { "allow_headers": ["X-Tenant"] }
    "input_headers": ["X-Tenant"])",
    .check = check_headers,
};

constinit const lint::Rule kCorsMethodWithoutEndpoint = {
    .name = "cors-method-without-endpoint",
    .severity = lint::Severity::Advice,
    .summary = "pages may use a method that no endpoint has",
    .explanation =
        R"(A preflight for such a method succeeds, and the request behind it gets 405. Most
often the endpoint is missing, or the method is left over.

Bad:
    "security/cors": { "allow_methods": ["GET", "DELETE"] }
    "endpoint": "/users", "method": "GET"

Good:
    "security/cors": { "allow_methods": ["GET"] }
    "endpoint": "/users", "method": "GET")",
    .check = check_methods,
};

}  // namespace aggregator::components
