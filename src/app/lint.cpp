#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <unistd.h>

#include <aggregator/json/document.hpp>
#include <aggregator/lint/output.hpp>
#include "app/commands.hpp"
#include "app/environment.hpp"

namespace aggregator::app {
namespace {

constexpr const char* kStandardInput = "-";
constexpr const char* kStandardInputName = "<stdin>";

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

/// All of it, or just more than a document may have, which is refused like a longer file.
std::string read_standard_input() {
    constexpr std::size_t kChunk = 1u << 16;
    std::string text;
    std::size_t got = kChunk;
    while (got == kChunk && text.size() <= json::Document::kBytesMax) {
        const std::size_t size = text.size();
        text.resize(size + kChunk);
        got = std::fread(text.data() + size, 1, kChunk, stdin);
        text.resize(size + got);
    }
    return text;
}

lint::Result check(const std::string& path, const lint::Choices& choices) {
    if (path == kStandardInput) {
        return lint::check_text(read_standard_input(), kStandardInputName, choices, environment());
    }
    return lint::check(path, environment(), choices);
}

/// A terminal gets colours, unless the user wants none (no-color.org).
lint::Paint paint() {
    const char* const refused = std::getenv("NO_COLOR");
    const bool wanted = refused == nullptr || *refused == '\0';
    return wanted && ::isatty(STDOUT_FILENO) == 1 ? lint::Paint::Ansi : lint::Paint::Plain;
}

void print_all(const std::vector<lint::Checked>& all, const LintOptions& options) {
    switch (options.format) {
        case LintFormat::Text:
            if (const std::string line = lint::summary_of(all); !line.empty()) {
                std::fflush(stdout);
                std::fprintf(stderr, "%s\n", line.c_str());
            }
            return;
        case LintFormat::Json:
            return print(lint::to_json(all));
        case LintFormat::Sarif:
            return print(lint::to_sarif(all));
        case LintFormat::Github:
            return print(lint::to_github(all));
        case LintFormat::Junit:
            return print(lint::to_junit(all, options.threshold));
    }
}

int check_all(const Options& options) {
    std::vector<lint::Checked> all;
    for (const std::string& path : options.paths) {
        lint::Result result = check(path, options.lint.choices);
        if (options.lint.format == LintFormat::Text) {
            const std::string text = lint::to_text(result, paint());
            const bool first = std::all_of(all.begin(), all.end(), [](const lint::Checked& one) {
                return one.findings.empty();
            });
            print(first || text.empty() ? text : '\n' + text);
        }
        all.push_back({path, std::move(result.findings)});
    }
    print_all(all, options.lint);
    const bool failed = std::any_of(all.begin(), all.end(), [&options](const lint::Checked& one) {
        return std::any_of(one.findings.begin(), one.findings.end(),
                           [&options](const config::Diagnostic& finding) {
                               return lint::reaches(finding.severity, options.lint.threshold);
                           });
    });
    return failed ? kBadInput : kFine;
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
