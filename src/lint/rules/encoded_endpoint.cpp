#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// The first percent sign with two hexadecimal digits behind it; empty if there is none.
std::string_view escape_in(std::string_view path) {
    for (std::size_t at = path.find('%'); at != std::string_view::npos;
         at = path.find('%', at + 1)) {
        const std::string_view digits = path.substr(at + 1, 2);
        if (digits.size() == 2 &&
            digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos) {
            return path.substr(at, 3);
        }
    }
    return {};
}

void check_encoded_endpoint(const Subject& subject, Findings& findings) {
    for_each_route(subject, [&findings](const Source& source, std::string_view key,
                                        const std::string& path) {
        const std::string_view escape = escape_in(path);
        if (!escape.empty()) {
            findings.at(source, key,
                        quoted(path) + " is compared with decoded paths: the " + quoted(escape) +
                            " in it matches only a client's %25" + std::string(escape.substr(1)),
                        "write the character itself");
        }
    });
}

}  // namespace

constinit const Rule kEncodedEndpoint = {
    .name = "encoded-endpoint",
    .severity = Severity::Warning,
    .summary = "a percent escape in an endpoint's path, which no usual request matches",
    .explanation = R"(The path of a request is decoded once before endpoints are looked up, and the
paths in the configuration are taken as they are. `/a%20b` therefore waits for a
path that still has `%20` in it after that. Write what the path means.

Bad:
    "endpoint": "/price%20list"

Good:
    "endpoint": "/price list")",
    .check = check_encoded_endpoint,
};

}  // namespace aggregator::lint
