#include "app/lint_options.hpp"

#include "app/choose.hpp"

namespace aggregator::app {
namespace {

constexpr Words<LintFormat, 5> kLintFormats{{
    {"text", LintFormat::Text},
    {"json", LintFormat::Json},
    {"sarif", LintFormat::Sarif},
    {"github", LintFormat::Github},
    {"junit", LintFormat::Junit},
}};

constexpr Words<LintFormat, 2> kRoutesFormats{{
    {"text", LintFormat::Text},
    {"json", LintFormat::Json},
}};

constexpr Words<lint::Severity, 3> kSeverities{{
    {"error", lint::Severity::Error},
    {"warning", lint::Severity::Warning},
    {"advice", lint::Severity::Advice},
}};

constexpr Words<std::optional<lint::Severity>, 4> kChoices{{
    {"off", std::nullopt},
    {"advice", lint::Severity::Advice},
    {"warning", lint::Severity::Warning},
    {"error", lint::Severity::Error},
}};

}  // namespace

tl::expected<LintFormat, std::string> parse_lint_format(const std::string& text) {
    return choose("format", text, kLintFormats);
}

tl::expected<LintFormat, std::string> parse_routes_format(const std::string& text) {
    return choose("format", text, kRoutesFormats);
}

tl::expected<lint::Severity, std::string> parse_severity(const std::string& text) {
    return choose("severity", text, kSeverities);
}

tl::expected<std::string, std::string> parse_rule(const std::string& name) {
    if (lint::find_rule(name) != nullptr) {
        return name;
    }
    const lint::Rule* const near = lint::closest_rule(name);
    return tl::unexpected("unknown rule '" + name + "'" +
                          (near == nullptr ? "; 'aggregator lint --list-rules' lists them all"
                                           : "; did you mean '" + std::string(near->name) + "'?"));
}

tl::expected<lint::Choices, std::string> parse_choices(const std::vector<std::string>& texts) {
    lint::Choices choices;
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos) {
            return tl::unexpected("--rule wants NAME=off|advice|warning|error, not '" + text + "'");
        }
        auto name = parse_rule(text.substr(0, equals));
        if (!name) {
            return tl::unexpected(std::move(name.error()));
        }
        const auto choice = choose("choice for a rule", text.substr(equals + 1), kChoices);
        if (!choice) {
            return tl::unexpected(choice.error());
        }
        choices.insert_or_assign(*std::move(name), *choice);
    }
    return choices;
}

}  // namespace aggregator::app
