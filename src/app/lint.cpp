#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <unistd.h>

#include <aggregator/lint/output.hpp>
#include "app/commands.hpp"
#include "app/load_path.hpp"
#include "app/print.hpp"
#include "app/repairing.hpp"
#include "app/standard_input.hpp"
#include "app/tls_findings.hpp"

namespace aggregator::app {
namespace {

/// Where standard output takes repaired text or a diff, findings go to standard error.
std::FILE* findings_file(const Options& options) {
    const auto& paths = options.paths;
    const bool reads = std::find(paths.begin(), paths.end(), kStandardInput) != paths.end();
    const Repairs repairs = options.lint.repairs;
    return repairs == Repairs::Show || (repairs == Repairs::Write && reads) ? stderr : stdout;
}

/// A terminal gets colours, unless the user wants none (no-color.org).
lint::Paint paint(std::FILE* out) {
    const char* const refused = std::getenv("NO_COLOR");
    const bool wanted = refused == nullptr || *refused == '\0';
    return wanted && ::isatty(::fileno(out)) == 1 ? lint::Paint::Ansi : lint::Paint::Plain;
}

void print_all(const std::vector<lint::Checked>& all, const Options& options) {
    std::FILE* const out = findings_file(options);
    switch (options.lint.format) {
        case LintFormat::Text:
            if (const std::string line = lint::summary_of(all); !line.empty()) {
                std::fflush(stdout);
                std::fprintf(stderr, "%s\n", line.c_str());
            }
            return;
        case LintFormat::Json:
            return print(lint::to_json(all), out);
        case LintFormat::Sarif:
            return print(lint::to_sarif(all), out);
        case LintFormat::Github:
            return print(lint::to_github(all), out);
        case LintFormat::Junit:
            return print(lint::to_junit(all, options.lint.threshold), out);
    }
}

/// Prints the findings of one configuration, an empty line behind those of others.
void print_findings(const lint::Result& result, const std::vector<lint::Checked>& others,
                    std::FILE* out) {
    const std::string text = lint::to_text(result, paint(out));
    const bool first = std::all_of(others.begin(), others.end(),
                                   [](const auto& one) { return one.findings.empty(); });
    print(first || text.empty() ? text : '\n' + text, out);
}

bool fails(const std::vector<lint::Checked>& all, lint::Severity threshold) {
    return std::any_of(all.begin(), all.end(), [threshold](const lint::Checked& one) {
        return std::any_of(one.findings.begin(), one.findings.end(),
                           [threshold](const reading::Diagnostic& finding) {
                               return lint::reaches(finding.severity, threshold);
                           });
    });
}

int check_all(const Options& options) {
    std::vector<lint::Checked> all;
    Repairing repairing(options.lint);
    for (const std::string& path : options.paths) {
        lint::Result result = options.lint.repairs == Repairs::Off
                                  ? lint_path(path, input_of(path), options.lint)
                                  : repairing.repair(path);
        if (result.loaded.service) {
            lint::add(result, tls_findings(*result.loaded.service, unix_seconds()).diagnostics,
                      options.lint.choices);
        }
        if (options.lint.format == LintFormat::Text) {
            print_findings(result, all, findings_file(options));
        }
        all.push_back({path, std::move(result.findings)});
    }
    print_all(all, options);
    const bool unwritten = options.lint.repairs != Repairs::Off && !repairing.finish();
    return unwritten || fails(all, options.lint.threshold) ? kBadInput : kFine;
}

}  // namespace

int lint(const Options& options) {
    const bool as_json = options.lint.format == LintFormat::Json;
    if (options.lint.list_rules) {
        print(as_json ? lint::rules_to_json() : lint::rules_to_text());
        return kFine;
    }
    if (const lint::Rule* const rule = lint::find_rule(options.lint.explain)) {
        print(as_json ? lint::to_json(*rule) : lint::to_text(*rule));
        return kFine;
    }
    return check_all(options);
}

}  // namespace aggregator::app
