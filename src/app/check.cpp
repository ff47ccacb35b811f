#include <algorithm>
#include <cstdio>

#include <aggregator/component/component.hpp>
#include <aggregator/lint/output.hpp>
#include <aggregator/lint/routes.hpp>

#include "app/commands.hpp"
#include "app/environment.hpp"
#include "app/standard_input.hpp"
#include "app/tls_findings.hpp"
#include "app/tls_options.hpp"

namespace aggregator::app {
namespace {

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

bool is_error(const reading::Diagnostic& one) { return one.severity == reading::Severity::Error; }

config::Loaded load(const std::string& path, const std::string& input,
                    const config::Environment& variables) {
    return path == kStandardInput
               ? config::load_text(input, kStandardInputName, variables, component::readers())
               : config::load(path, variables, {}, component::readers());
}

/// What lint finds, with every rule.
lint::Result linted(const std::string& path, const std::string& input,
                    const config::Environment& variables) {
    return path == kStandardInput ? lint::check_text(input, kStandardInputName, {}, variables)
                                  : lint::check(path, variables, {});
}

/// Whether the files that `client_tls` names are needed and cannot be used; says so.
bool lacks_tls(const lint::Start& start) {
    const auto tls = make_tls(*start.plan);
    if (!tls) {
        print("error: " + tls.error().detail + '\n');
    }
    return !tls.has_value();
}

}  // namespace

int check(const Options& options) {
    const std::string& path = options.paths.front();
    const std::string input = path == kStandardInput ? read_standard_input() : std::string();
    const config::Environment variables = environment(options.lint.allowed);
    print("Parsing configuration file: " + path + '\n');
    config::Loaded loaded = load(path, input, variables);
    reading::Diagnostics of_files;
    if (loaded.service) {
        of_files = weighed_for_start(tls_findings(*loaded.service, unix_seconds()).diagnostics);
    }
    const lint::Start start = lint::start(loaded, of_files);
    lint::Result result{std::move(loaded), start.findings};
    if (options.check.lint) {
        result = linted(path, input, variables);
        lint::add(result, of_files, {});
    }
    print(lint::to_text(result, lint::Paint::Plain));
    const bool wrong = std::any_of(result.findings.begin(), result.findings.end(), is_error);
    if (start.plan == nullptr || (options.check.lint && wrong) || lacks_tls(start)) {
        return kBadInput;
    }
    if (options.check.routes) {
        print(lint::routes_to_text(*result.loaded.service));
    }
    print("Syntax OK!\n");
    return kFine;
}

}  // namespace aggregator::app
