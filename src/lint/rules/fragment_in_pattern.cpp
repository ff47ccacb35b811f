#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void check_fragment_in_pattern(const Subject& subject, Findings& findings) {
    for_each_backend(subject, [&](const auto&, const config::BackendConfig& backend) {
        const std::size_t mark = backend.url_pattern.find('#');
        if (mark != std::string::npos) {
            findings.at(backend.source, "url_pattern",
                        quoted(backend.url_pattern.substr(mark)) +
                            " is never sent: a URL's fragment stays with the client",
                        "remove it, or write %23 for a literal #");
        }
    });
}

}  // namespace

constinit const Rule kFragmentInPattern = {
    .name = "fragment-in-pattern",
    .severity = Severity::Warning,
    .summary = "a `#` in a `url_pattern`: what follows is dropped",
    .explanation =
        R"(What follows a `#` in a URL is for a browser and is never sent. It is cut off a
`url_pattern`, placeholders and query strings behind it included.

Bad:
    "url_pattern": "/page#top?lang={lang}"

Good:
    "url_pattern": "/page?lang={lang}")",
    .check = check_fragment_in_pattern,
};

}  // namespace aggregator::lint
