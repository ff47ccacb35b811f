#include <aggregator/lint/output.hpp>

#include <algorithm>

#include "lint/excerpt.hpp"

namespace aggregator::lint {

namespace {

using reading::Diagnostic;

/// Text of an element or attribute. Characters that XML cannot have are replaced on the way.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : printable(text)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string attribute(std::string_view name, std::string_view value) {
    return ' ' + std::string(name) + "=\"" + escaped(value) + '"';
}

std::string place_of(const Diagnostic& one) {
    return one.line == 0
               ? one.file
               : one.file + ':' + std::to_string(one.line) + ':' + std::to_string(one.column);
}

std::string case_of(const Diagnostic& one, Severity threshold) {
    const std::string_view element = reaches(one.severity, threshold) ? "failure" : "system-out";
    const std::string severity(reading::name_of(one.severity));
    std::string out = "    <testcase" + attribute("classname", one.file) +
                      attribute("name", one.rule + " at " + place_of(one)) + ">\n      <";
    out += element;
    if (element == "failure") {
        out += attribute("type", severity) + attribute("message", one.message);
    }
    out += '>' + escaped(place_of(one) + ": " + severity + ": " + one.message);
    out += one.hint.empty() ? "" : "\nhint: " + escaped(one.hint);
    return out.append("</").append(element).append(">\n    </testcase>\n");
}

std::string suite_of(const Checked& checked, Severity threshold) {
    const auto& findings = checked.findings;
    const auto failures = std::count_if(
        findings.begin(), findings.end(),
        [threshold](const Diagnostic& one) { return reaches(one.severity, threshold); });
    const std::size_t tests = std::max<std::size_t>(findings.size(), 1);
    std::string out = "  <testsuite" + attribute("name", checked.path) +
                      attribute("tests", std::to_string(tests)) +
                      attribute("failures", std::to_string(failures)) + " errors=\"0\">\n";
    for (const Diagnostic& one : findings) {
        out += case_of(one, threshold);
    }
    if (findings.empty()) {
        out += "    <testcase" + attribute("classname", checked.path) +
               attribute("name", "no findings") + "/>\n";
    }
    return out + "  </testsuite>\n";
}

}  // namespace

std::string to_junit(std::span<const Checked> all, Severity threshold) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"lint\">\n";
    for (const Checked& checked : all) {
        out += suite_of(checked, threshold);
    }
    return out + "</testsuites>\n";
}

}  // namespace aggregator::lint
