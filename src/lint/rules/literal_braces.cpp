#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

std::string_view hint_for(plan::ParamSyntax syntax) {
    return syntax == plan::ParamSyntax::Segment
               ? "a parameter is a whole segment, /{name}, its name of letters, digits, _ and -; "
                 "with `disable_rest` it may have text in front"
               : "a parameter is a {name} of letters, digits and _ - . : /";
}

void check_endpoint(const config::EndpointConfig& endpoint, plan::ParamSyntax syntax,
                    Findings& findings) {
    for (const PathSegment& segment : segments_of(endpoint.endpoint, syntax)) {
        if (!segment.captures && segment.text.find('{') != std::string_view::npos) {
            findings.at(endpoint.source, "endpoint",
                        quoted(segment.text) + " is no parameter: " + title_of(endpoint) +
                            " answers only requests that have these braces in their path",
                        std::string(hint_for(syntax)));
            return;
        }
    }
}

bool is_name(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("_-.:/").find(c) != std::string_view::npos;
}

/// The first `{...}` that is no placeholder; empty if there is none.
std::string_view literal_in(std::string_view pattern) {
    for (std::size_t open = pattern.find('{'); open != std::string_view::npos;
         open = pattern.find('{', open + 1)) {
        const std::size_t close = pattern.find('}', open);
        if (close == std::string_view::npos) {
            return {};
        }
        const std::string_view name = pattern.substr(open + 1, close - open - 1);
        if (name.empty() || !std::all_of(name.begin(), name.end(), is_name)) {
            return pattern.substr(open, close - open + 1);
        }
    }
    return {};
}

void check_literal_braces(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        check_endpoint(endpoint, syntax_of(subject.service), findings);
    }
    for_each_backend(subject, [&](const auto&, const config::BackendConfig& backend) {
        const std::string_view literal = literal_in(backend.url_pattern);
        if (!literal.empty()) {
            findings.at(backend.source, "url_pattern",
                        quoted(literal) + " is no placeholder: it is sent to the backend as it is",
                        "a placeholder is a {name} of letters, digits and _ - . : /");
        }
    });
}

}  // namespace

constinit const Rule kLiteralBraces = {
    .name = "literal-braces",
    .severity = Severity::Warning,
    .summary = "braces that look like a parameter and are literal text",
    .explanation =
        R"(A parameter of an endpoint's path begins right after a slash: `/{name}`, with a
name of letters, digits, `_` and `-`. Anything else in braces is literal text,
and only a request with the same braces in its path matches. With `disable_rest`
a parameter may have text in front of it. In a `url_pattern` a placeholder may
stand anywhere, but `{}` and `{a b}` are literal there too.

Bad:
    "endpoint": "/user-{id}"

Good:
    "endpoint": "/user/{id}"

Good, with "disable_rest": true at the service:
    "endpoint": "/user-{id}")",
    .check = check_literal_braces,
};

}  // namespace aggregator::lint
