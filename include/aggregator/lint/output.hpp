#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <aggregator/lint/lint.hpp>

namespace aggregator::lint {

enum class Paint : std::uint8_t {
    Plain,
    Ansi,  ///< with a terminal's escape sequences for colours
};

/// One configuration and what was found in it.
struct Checked {
    std::string path;  ///< as the user wrote it
    reading::Diagnostics findings;
};

/// For people: each finding, its line of source with a mark under the value, and its hint. Nothing
/// that the configuration's text may hold reaches a terminal as a control character. Empty if
/// there are no findings.
[[nodiscard]] std::string to_text(const Result& result, Paint paint);

/// One line that counts: `found 1 error and 2 warnings`; empty if there is nothing.
[[nodiscard]] std::string summary_of(std::span<const Checked> all);

/// One JSON object, by schemas/findings.json.
[[nodiscard]] std::string to_json(std::span<const Checked> all);

/// A log of the Static Analysis Results Interchange Format, version 2.1.0.
[[nodiscard]] std::string to_sarif(std::span<const Checked> all);

/// Commands that a workflow of GitHub makes annotations from, one a line.
[[nodiscard]] std::string to_github(std::span<const Checked> all);

/// JUnit's XML: one suite a configuration and one case a finding, failed if it is as severe as the
/// threshold; a case that passed for a configuration without findings.
[[nodiscard]] std::string to_junit(std::span<const Checked> all, Severity threshold);

/// A table of all rules: name, severity, summary.
[[nodiscard]] std::string rules_to_text();
/// The same, with the explanations, as one JSON object.
[[nodiscard]] std::string rules_to_json();

/// One rule, explained.
[[nodiscard]] std::string to_text(const Rule& rule);
[[nodiscard]] std::string to_json(const Rule& rule);

/// Whether a finding is as severe as the threshold.
[[nodiscard]] bool reaches(Severity severity, Severity threshold);

}  // namespace aggregator::lint
