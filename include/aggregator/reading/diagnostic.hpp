#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aggregator::reading {

enum class Severity : std::uint8_t { Error, Warning, Advice };

/// `error`, `warning` or `advice`.
[[nodiscard]] std::string_view name_of(Severity severity);

/// A change of a file's text: these bytes go, that text comes.
struct Edit {
    std::size_t offset = 0;
    std::size_t size = 0;
    std::string text;
};
using Edits = std::vector<Edit>;

/// One thing to tell about a configuration.
struct Diagnostic {
    Severity severity = Severity::Error;
    std::string rule;        ///< stable name, kebab-case: `unknown-key`, `bad-duration`
    std::string file;        ///< as the user wrote it, or a path below the folder that he wrote
    std::uint32_t line = 0;  ///< 1-based; 0 when the file as a whole is meant
    std::uint32_t column = 0;
    std::uint32_t length = 0;  ///< characters of the value on that line; 0: not known
    std::string pointer;       ///< RFC 6901, within the file
    std::string message;       ///< what is wrong and what was expected
    std::string hint;          ///< what to do; may be empty
    Edits repair;              ///< of that file, in their order; safe: they keep what it means
    /// What it is about, if the same may be told of many places: a component, a key.
    std::string cause;
    /// Of an error: what is written is understood well enough to be looked at and repaired, but
    /// must not be served.
    bool only_serving = false;
};

/// A component, or a key of one as `component.key`, that may be left out though it is not
/// supported.
struct Allowance {
    std::string name;
    std::size_t places = 0;  ///< where it is left out
};

using Diagnostics = std::vector<Diagnostic>;

/// `path:line:column: error: message [rule]`.
[[nodiscard]] std::string to_line(const Diagnostic& diagnostic);

/// That, and the hint on a second line if there is one.
[[nodiscard]] std::string to_text(const Diagnostic& diagnostic);

[[nodiscard]] bool has_errors(const Diagnostics& diagnostics);

/// Whether an error keeps the configuration from being read as a whole.
[[nodiscard]] bool has_reading_errors(const Diagnostics& diagnostics);

/// Leaves of the findings with one rule, severity and cause the first `places_max`, and counts the
/// others in one more finding behind them. Those without a cause stay.
void group(Diagnostics& diagnostics, std::size_t places_max);

/// By file (in the order of first appearance), line, column.
void sort(Diagnostics& diagnostics);

}  // namespace aggregator::reading
