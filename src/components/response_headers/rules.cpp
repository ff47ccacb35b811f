#include "components/response_headers/rules.hpp"

#include <algorithm>
#include <string>

#include <aggregator/base/text.hpp>

#include "components/response_headers/settings.hpp"

namespace aggregator::components {

namespace {

struct Needed {
    std::string_view name;
    std::string_view why;
};

constexpr Needed kNeeded[] = {
    {"Vary", "a cache may then give one client the reply that was made for another"},
    {"WWW-Authenticate", "a client that gets 401 is then not told how to log in (RFC 9110 15.5.2)"},
};

void look(const reading::Configured& section, lint::Findings& findings) {
    const auto& settings = static_cast<const ResponseHeaders&>(*section.settings);
    for (const std::string& removed : settings.remove) {
        const auto* const needed = std::find_if(
            std::begin(kNeeded), std::end(kNeeded),
            [&removed](const Needed& one) { return base::equal_ignoring_case(one.name, removed); });
        if (needed != std::end(kNeeded)) {
            findings.at(section.source, "delete",
                        reading::quoted(removed) + " is deleted: " + std::string(needed->why),
                        "leave it where it is");
        }
    }
}

void check(const lint::Subject& subject, lint::Findings& findings) {
    lint::for_each_section(
        subject, "modifier/response-headers",
        [&findings](const reading::Configured& section) { look(section, findings); });
}

}  // namespace

constinit const lint::Rule kResponseHeaderCaution{
    .name = "needed-response-header",
    .severity = lint::Severity::Warning,
    .summary = "`modifier/response-headers` deletes a header that clients or caches need",
    .explanation =
        R"(`Vary` tells caches which replies may be given to whom, and WWW-Authenticate tells
a client how to log in. Without them caches mix replies up, and logins fail.

Bad:
    "modifier/response-headers": { "delete": ["Vary", "Server"] }

Good:
    "modifier/response-headers": { "delete": ["Server"] })",
    .check = check,
};

}  // namespace aggregator::components
