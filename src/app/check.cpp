#include <algorithm>
#include <cstdio>

#include <aggregator/lint/output.hpp>
#include <aggregator/lint/routes.hpp>

#include "app/commands.hpp"
#include "app/environment.hpp"
#include "app/standard_input.hpp"
#include "app/tls_findings.hpp"

namespace aggregator::app {
namespace {

lint::Result look_at(const std::string& path, const std::vector<std::string>& allowed) {
    lint::Result result =
        path == kStandardInput
            ? lint::check_text(read_standard_input(), kStandardInputName, {}, environment(allowed))
            : lint::check(path, environment(allowed), {});
    if (result.loaded.service) {
        lint::add(
            result,
            weighed_for_start(tls_findings(*result.loaded.service, unix_seconds()).diagnostics),
            {});
    }
    return result;
}

bool is_error(const reading::Diagnostic& one) { return one.severity == reading::Severity::Error; }

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace

int check(const Options& options) {
    const std::string& path = options.paths.front();
    print("Parsing configuration file: " + path + '\n');
    lint::Result result = look_at(path, options.lint.allowed);
    if (!options.check.advice) {
        std::erase_if(result.findings, [](const reading::Diagnostic& one) {
            return one.severity == reading::Severity::Advice;
        });
    }
    print(lint::to_text(result, lint::Paint::Plain));
    if (std::any_of(result.findings.begin(), result.findings.end(), is_error)) {
        const lint::Checked checked{path, result.findings};
        print(lint::summary_of({&checked, 1}) + '\n');
        return kBadInput;
    }
    if (options.check.routes) {
        print(lint::routes_to_text(*result.loaded.service));
    }
    print("Syntax OK!\n");
    return kFine;
}

}  // namespace aggregator::app
