#include <aggregator/config/load.hpp>

#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void check_environment_override(const Subject& subject, Findings& findings) {
    // Without the variables, so that the place is the key's in the file.
    const Source file{subject.service.source.file, subject.service.source.node};
    for (const std::string& variable : subject.loaded.overrides) {
        const std::string key =
            base::to_lower(std::string_view(variable).substr(reading::kVariablePrefix.size()));
        if (file.node != nullptr && written(file, key) != nullptr) {
            findings.at(file, std::string_view(key),
                        quoted(key) + " is not what counts: the variable " + quoted(variable) +
                            " stands in its place",
                        "unset the variable, or remove the key");
        }
    }
}

}  // namespace

constinit const Rule kEnvironmentOverride = {
    .name = "environment-override",
    .severity = Severity::Advice,
    .summary = "a variable of the environment stands in the place of a key",
    .explanation = R"(A variable AGGREGATOR_<KEY> takes the place of the service's key of that name.
Whoever reads the file alone expects something else than what runs; and the
variables here may not be those where the service will run.

Bad:
    AGGREGATOR_PORT=9000 beside "port": 8080

Good:
    one of the two)",
    .check = check_environment_override,
};

}  // namespace aggregator::lint
