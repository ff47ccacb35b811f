#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aggregator::config {

enum class Severity : std::uint8_t { Error, Warning, Advice };

/// One thing to tell about a configuration.
struct Diagnostic {
    Severity severity = Severity::Error;
    std::string rule;        ///< stable name, kebab-case: `unknown-key`, `bad-duration`
    std::string file;        ///< as the user wrote it, or a path below the folder that he wrote
    std::uint32_t line = 0;  ///< 1-based; 0 when the file as a whole is meant
    std::uint32_t column = 0;
    std::string pointer;  ///< RFC 6901, within the file
    std::string message;  ///< what is wrong and what was expected
    std::string hint;     ///< what to do; may be empty
};

using Diagnostics = std::vector<Diagnostic>;

/// `path:line:column: error: message [rule]`, and the hint on a second line if there is one.
[[nodiscard]] std::string to_text(const Diagnostic& diagnostic);

[[nodiscard]] bool has_errors(const Diagnostics& diagnostics);

/// By file (in the order of first appearance), line, column.
void sort(Diagnostics& diagnostics);

}  // namespace aggregator::config
