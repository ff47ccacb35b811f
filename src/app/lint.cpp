#include <cstdio>
#include <string>

#include <aggregator/config/load.hpp>
#include <aggregator/plan/plan.hpp>
#include "app/commands.hpp"

namespace aggregator::app {
namespace {

/// Prints what is to be told of one configuration; whether it would start.
bool lint_one(const std::string& path) {
    config::Loaded loaded = config::load(path);
    config::Diagnostics findings = loaded.diagnostics;
    if (loaded.service) {
        config::Diagnostics compiled;
        static_cast<void>(plan::compile(loaded, compiled));
        findings.insert(findings.end(), compiled.begin(), compiled.end());
        config::sort(findings);
    }
    for (auto& finding : findings) {
        // A key that nothing reads is most often a misspelt one: it does not stop a gateway, but
        // here it is a fault.
        if (finding.rule == "unknown-key") {
            finding.severity = config::Severity::Error;
        }
        std::printf("%s\n", config::to_text(finding).c_str());
    }
    return !config::has_errors(findings);
}

}  // namespace

int lint(const Options& options) {
    bool fine = true;
    for (const auto& path : options.paths) {
        fine = lint_one(path) && fine;
    }
    return fine ? kFine : kBadInput;
}

}  // namespace aggregator::app
