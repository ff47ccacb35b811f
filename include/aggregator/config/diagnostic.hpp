#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aggregator::config {

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
};

using Diagnostics = std::vector<Diagnostic>;

/// `path:line:column: error: message [rule]`.
[[nodiscard]] std::string to_line(const Diagnostic& diagnostic);

/// That, and the hint on a second line if there is one.
[[nodiscard]] std::string to_text(const Diagnostic& diagnostic);

[[nodiscard]] bool has_errors(const Diagnostics& diagnostics);

/// By file (in the order of first appearance), line, column.
void sort(Diagnostics& diagnostics);

}  // namespace aggregator::config
