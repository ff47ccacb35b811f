#include <aggregator/plan/placeholders.hpp>

#include "lint/all_rules.hpp"
#include "lint/rules/shadows.hpp"

namespace aggregator::lint {

namespace {

/// The `respN_` names of the shadow's url_pattern for which the plan takes no value.
Names unfilled(const Shadow& shadow) {
    Names names;
    for (const std::string& name : plan::placeholder_names(shadow.backend.url_pattern)) {
        const auto& late = shadow.plan->late;
        const bool taken = std::any_of(late.begin(), late.end(), [&name](const auto& value) {
            return same_parameter(value.name, name);
        });
        if (plan::is_late_placeholder(name) && name.starts_with("resp") && !taken) {
            names.push_back(quoted('{' + name + '}'));
        }
    }
    return names;
}

void check_shadow_placeholder(const Subject& subject, Findings& findings) {
    for_each_shadow(subject, [&](const Shadow& shadow) {
        const Names names = shadow.plan == nullptr ? Names() : unfilled(shadow);
        if (names.empty()) {
            return;
        }
        const bool in_turn = waits_in_turn(shadow.endpoint);
        findings.at(
            shadow.backend.source, "url_pattern",
            names.front() + and_more(names.size()) + (names.size() == 1 ? " is" : " are") +
                " never filled: " +
                (in_turn
                     ? "the shadow is called together with a backend that comes before that answer"
                     : title_of(shadow.endpoint) + " is not sequential"),
            in_turn ? "put the shadow behind the backend whose answer it needs, and in "
                      "front of another one"
                    : "use what the request itself has: a parameter of the endpoint's path");
    });
}

}  // namespace

constinit const Rule kShadowPlaceholder = {
    .name = "shadow-placeholder",
    .severity = Severity::Warning,
    .summary = "a `{respN_...}` in the `url_pattern` of a shadow that is never filled",
    .explanation =
        R"(A shadow of a sequential endpoint is asked together with the backend behind it in
the file, or with the last one, and gets values of the answers that are there by
then. Elsewhere it is asked when the request comes: for a path with these very
braces in it.

Bad:
    "backend": [{ "url_pattern": "/a" }, { "url_pattern": "/b" },
      { "url_pattern": "/v2/b/{resp1_id}",
        "extra_config": { "proxy": { "shadow": true } } }]

Good:
    "backend": [{ "url_pattern": "/a" }, { "url_pattern": "/b/{resp0_id}" },
      { "url_pattern": "/v2/b/{resp0_id}",
        "extra_config": { "proxy": { "shadow": true } } }])",
    .check = check_shadow_placeholder,
};

}  // namespace aggregator::lint
