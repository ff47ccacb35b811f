#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include <aggregator/lint/lint.hpp>

namespace aggregator::app {

enum class LintFormat : std::uint8_t { Text, Json, Sarif, Github, Junit };

/// What becomes of what can be repaired.
enum class Repairs : std::uint8_t {
    Off,
    Write,  ///< into the files; the text of standard input goes to standard output
    Show,   ///< as a unified diff
};

/// What only lint is told.
struct LintOptions {
    LintFormat format = LintFormat::Text;
    lint::Severity threshold = lint::Severity::Error;  ///< from which on a finding is a failure
    lint::Choices choices;
    std::string explain;  ///< a rule's name; empty: lint
    bool list_rules = false;
    Repairs repairs = Repairs::Off;
    /// Of run and routes too: names of what may be left out though it is not supported.
    std::vector<std::string> allowed;
};

/// Each reads the value of one option, or says what is wrong with it.
[[nodiscard]] tl::expected<LintFormat, std::string> parse_lint_format(const std::string& text);
/// The two formats that routes are printed in.
[[nodiscard]] tl::expected<LintFormat, std::string> parse_routes_format(const std::string& text);
[[nodiscard]] tl::expected<lint::Severity, std::string> parse_severity(const std::string& text);
/// NAME=off|advice|warning|error, any number of times; the last one of a name counts.
[[nodiscard]] tl::expected<lint::Choices, std::string> parse_choices(
    const std::vector<std::string>& texts);
/// The name of a rule.
[[nodiscard]] tl::expected<std::string, std::string> parse_rule(const std::string& name);

}  // namespace aggregator::app
