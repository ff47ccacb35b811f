#include <aggregator/lint/output.hpp>

namespace aggregator::lint {

namespace {

using reading::Diagnostic;

/// Text in a command: what would end the line, or the piece of it, is percent-encoded.
std::string escaped(std::string_view text, std::string_view special) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (special.find(c) == std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out.append(1, '%').append(1, kHex[byte >> 4]).append(1, kHex[byte & 0xF]);
    }
    return out;
}

std::string property(std::string_view text) { return escaped(text, "%\r\n:,"); }

std::string_view command_of(Severity severity) {
    return severity == Severity::Advice ? "notice" : reading::name_of(severity);
}

std::string line_of(const Diagnostic& one) {
    std::string out = "::" + std::string(command_of(one.severity)) + " file=" + property(one.file);
    if (one.line != 0) {
        const std::string line = std::to_string(one.line);
        out += ",line=" + line + ",endLine=" + line + ",col=" + std::to_string(one.column);
    }
    if (one.line != 0 && one.length != 0) {
        out += ",endColumn=" + std::to_string(one.column + one.length);
    }
    const std::string hint = one.hint.empty() ? "" : "\nhint: " + one.hint;
    return out + ",title=" + property(one.rule) + "::" + escaped(one.message + hint, "%\r\n") +
           '\n';
}

}  // namespace

std::string to_github(std::span<const Checked> all) {
    std::string out;
    for (const Checked& checked : all) {
        for (const Diagnostic& one : checked.findings) {
            out += line_of(one);
        }
    }
    return out;
}

}  // namespace aggregator::lint
