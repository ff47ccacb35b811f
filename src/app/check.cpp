#include <algorithm>
#include <cstdio>

#include <aggregator/lint/output.hpp>
#include <aggregator/lint/routes.hpp>

#include "app/commands.hpp"
#include "app/environment.hpp"
#include "app/load_path.hpp"
#include "app/print.hpp"
#include "app/tls_findings.hpp"
#include "app/tls_options.hpp"

namespace aggregator::app {
namespace {

/// All of it is said to whoever looks: nothing here is read by a program.
void tell(const std::string& text) { print(text, stderr); }

bool is_error(const reading::Diagnostic& one) { return one.severity == reading::Severity::Error; }

/// Whether the files that `client_tls` names are needed and cannot be used; says so.
bool lacks_tls(const lint::Start& start) {
    const auto tls = make_tls(*start.plan);
    if (!tls) {
        tell("error: " + tls.error().detail + '\n');
    }
    return !tls.has_value();
}

}  // namespace

int check(const Options& options) {
    const std::string& path = options.paths.front();
    const std::string input = input_of(path);
    tell("Parsing configuration file: " + path + '\n');
    config::Loaded loaded = load_path(path, input, environment(options.lint.allowed));
    reading::Diagnostics of_files;
    if (loaded.service) {
        of_files = weighed_for_start(tls_findings(*loaded.service, unix_seconds()).diagnostics);
    }
    const lint::Start start = lint::start(loaded, of_files);
    lint::Result result{std::move(loaded), start.findings};
    if (options.check.lint) {
        result = lint_path(path, input, options.lint);
        lint::add(result, of_files, {});
    }
    tell(lint::to_text(result, lint::Paint::Plain));
    const bool wrong = std::any_of(result.findings.begin(), result.findings.end(), is_error);
    if (start.plan == nullptr || (options.check.lint && wrong) || lacks_tls(start)) {
        return kBadInput;
    }
    if (options.check.routes) {
        tell(lint::routes_to_text(*result.loaded.service));
    }
    tell("Syntax OK!\n");
    return kFine;
}

}  // namespace aggregator::app
