#include <aggregator/lint/lint.hpp>

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include <aggregator/component/component.hpp>
#include <aggregator/lint/output.hpp>

#include "lint/checking.hpp"
#include "lint/choices.hpp"
#include "lint/words.hpp"

namespace aggregator::lint {

namespace {

using reading::Diagnostic;
using reading::Diagnostics;

/// What loading and compiling told that is not listed one by one.
constexpr std::size_t kToldMax = 20000;

/// A key that nothing reads is most often a misspelt one, and a filter that is ignored was to keep
/// something back: a gateway starts in spite of them, but here they are faults.
constexpr std::string_view kRaised[] = {"unknown-key", "filter-ignored"};

/// Of what keeps a configuration from being served, or is told at the start: findings of one cause.
constexpr std::size_t kPlacesMax = 10;

/// Which rules are looked at, and how many repairs each may have.
struct Wanted {
    Severity threshold = Severity::Advice;
    std::size_t repairs_max = Findings::kFindingsMax;
};

/// The severity that was chosen for a rule, `own` if none was; nothing: it is off.
std::optional<Severity> chosen(const Choices& choices, std::string_view rule, Severity own) {
    const auto found = choices.find(rule);
    return found == choices.end() ? own : found->second;
}

/// Gives what was told on the way the severities that were chosen. Errors stay what they are.
void choose_severities(Diagnostics& told, const Choices& choices) {
    std::erase_if(told, [&choices](Diagnostic& one) {
        if (one.severity == Severity::Error) {
            return false;
        }
        const bool raised = std::ranges::find(kRaised, one.rule) != std::end(kRaised);
        const Severity own = raised ? Severity::Error : one.severity;
        const auto severity = chosen(choices, one.rule, own);
        one.severity = severity.value_or(own);
        return !severity;
    });
}

/// Cuts what would fill pages, the most severe first.
void shorten(Diagnostics& told) {
    if (told.size() <= kToldMax) {
        return;
    }
    std::stable_sort(told.begin(), told.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return a.severity < b.severity;
    });
    Diagnostic rest;
    rest.severity = told[kToldMax].severity;
    rest.rule = "too-many";
    rest.file = told.front().file;
    rest.message = counted(told.size() - kToldMax, "more finding") + " not listed";
    told.resize(kToldMax);
    told.push_back(std::move(rest));
}

void run_rules(const Subject& subject, const Choices& choices, Wanted wanted_rules,
               Diagnostics& findings) {
    for (const Rule* const rule : rules()) {
        const auto severity = chosen(choices, rule->name, rule->severity);
        if (rule->check == nullptr || !severity || !reaches(*severity, wanted_rules.threshold)) {
            continue;
        }
        Rule wanted = *rule;
        wanted.severity = *severity;
        Findings taker(wanted, findings, wanted_rules.repairs_max);
        rule->check(subject, taker);
        taker.close();
    }
}

/// By file in the order of loading, what is not about a file's text first; then by place.
void sort(Diagnostics& findings, const config::Loaded& loaded) {
    std::unordered_map<std::string_view, std::size_t> order;
    for (const auto& file : loaded.files) {
        order.try_emplace(file->path, order.size() + 1);
    }
    const auto place = [&order](const Diagnostic& one) {
        const auto file = order.find(one.file);
        return std::tuple(file == order.end() ? 0 : file->second, std::string_view(one.file),
                          one.line, one.column, one.severity, std::string_view(one.rule),
                          std::string_view(one.message));
    };
    std::stable_sort(
        findings.begin(), findings.end(),
        [&place](const Diagnostic& a, const Diagnostic& b) { return place(a) < place(b); });
}

void drop_repeated(Diagnostics& findings) {
    const auto cause = [](const Diagnostic& one) {
        return std::tie(one.file, one.line, one.column, one.rule, one.message);
    };
    const auto end = std::unique(
        findings.begin(), findings.end(),
        [&cause](const Diagnostic& a, const Diagnostic& b) { return cause(a) == cause(b); });
    findings.erase(end, findings.end());
}

}  // namespace

Result check_loaded(config::Loaded loaded, Choices choices, std::size_t repairs_max) {
    Result result{std::move(loaded), {}};
    Diagnostics& findings = result.findings;
    findings = std::move(result.loaded.diagnostics);
    result.loaded.diagnostics.clear();
    choices.merge(choices_in(result.loaded, findings));
    const auto plan = plan::compile(result.loaded, findings);
    const Diagnostics told = findings;
    choose_severities(findings, choices);
    shorten(findings);
    if (result.loaded.service) {
        const Subject subject{result.loaded, *result.loaded.service, plan.get(), &told};
        run_rules(subject, choices, {.repairs_max = repairs_max}, findings);
    }
    sort(findings, result.loaded);
    drop_repeated(findings);
    return result;
}

void add(Result& result, Diagnostics found, Choices choices) {
    Diagnostics told_before;  // what is wrong with the choices
    choices.merge(choices_in(result.loaded, told_before));
    for (Diagnostic& one : found) {
        if (const auto severity = chosen(choices, one.rule, one.severity)) {
            one.severity = *severity;
            result.findings.push_back(std::move(one));
        }
    }
    sort(result.findings, result.loaded);
    drop_repeated(result.findings);
}

Start start(const config::Loaded& loaded, const Diagnostics& more) {
    Start start{nullptr, loaded.diagnostics};
    Diagnostics& findings = start.findings;
    findings.insert(findings.end(), more.begin(), more.end());
    const Choices choices = choices_in(loaded, findings);
    start.plan = plan::compile(loaded, findings);
    for (Diagnostic& one : findings) {
        const bool error = chosen(choices, one.rule, one.severity) == Severity::Error;
        one.severity = error ? Severity::Error : one.severity;
    }
    if (loaded.service) {
        const Diagnostics told = findings;
        const Subject subject{loaded, *loaded.service, start.plan.get(), &told};
        run_rules(subject, choices, {.threshold = Severity::Error}, findings);
    }
    sort(findings, loaded);
    drop_repeated(findings);
    reading::group(findings, kPlacesMax);
    if (reading::has_errors(findings)) {
        start.plan = nullptr;
    }
    return start;
}

Result check(const std::string& path, const config::Environment& environment,
             const Choices& choices, const config::Texts& texts) {
    return check_loaded(config::load(path, environment, texts, component::readers()), choices);
}

Result check_text(std::string text, const std::string& name, const Choices& choices,
                  const config::Environment& environment) {
    return check_loaded(config::load_text(std::move(text), name, environment, component::readers()),
                        choices);
}

}  // namespace aggregator::lint
