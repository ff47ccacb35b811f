#include "lint/all_rules.hpp"
#include "lint/rules/late.hpp"

namespace aggregator::lint {

namespace {

/// One that is there and not in force is told by itself.
bool has_validator(const config::EndpointConfig& endpoint) {
    return component_of(endpoint.source, "auth/validator").node != nullptr;
}

void check_jwt_placeholder(const Subject& subject, Findings& findings) {
    for_each_backend(
        subject, [&](const config::EndpointConfig& endpoint, const config::BackendConfig& backend) {
            const Names names = placeholders_with("JWT.", backend);
            if (!names.empty() && !has_validator(endpoint)) {
                findings.at(backend.source, "url_pattern",
                            names.front() + and_more(names.size()) +
                                (names.size() == 1 ? " is" : " are") +
                                " never filled: " + title_of(endpoint) + " has no `auth/validator`",
                            "add the validator, or take the value from the endpoint's path");
            }
        });
}

}  // namespace

constinit const Rule kJwtPlaceholder = {
    .name = "jwt-placeholder",
    .severity = Severity::Error,
    .summary = "a `{JWT.claim}` at an endpoint where no token is checked",
    .explanation =
        R"(`{JWT.sub}` in a `url_pattern` is a claim of the client's token, which is there
where the endpoint has an `auth/validator` that has checked it. Without one it
is never filled: the backend is asked for a path with these very braces in it.

Bad:
    { "endpoint": "/me", "backend": [{ "url_pattern": "/users/{JWT.sub}" }] }

Good:
    { "endpoint": "/users/{id}", "backend": [{ "url_pattern": "/users/{id}" }] })",
    .check = check_jwt_placeholder,
};

}  // namespace aggregator::lint
