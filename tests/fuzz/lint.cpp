// Configurations, as JSON, YAML and TOML: whatever they hold, lint comes to an end, what it finds
// is sound, every form of its output is what that form has to be, and a layout keeps what it means.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <aggregator/format/xml.hpp>
#include <aggregator/lint/layout.hpp>
#include <aggregator/lint/output.hpp>

#include "fuzz/document_checks.hpp"

using namespace aggregator;
using fuzz::require;

namespace {

std::size_t lines_of(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// What a terminal does not take for a command: no control characters, C1 ones included.
bool is_harmless(std::string_view text) {
    const auto control = [](char c) {
        return c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7F);
    };
    for (std::size_t at = text.find('\xC2'); at < text.size(); at = text.find('\xC2', at + 1)) {
        if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0) {
            return false;
        }
    }
    return std::none_of(text.begin(), text.end(), control);
}

std::string without_colours(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\x1B') {
            at = text.find('m', at);
            require(at != std::string_view::npos, "a colour that does not end");
            continue;
        }
        out += text[at];
    }
    return out;
}

void check_repair(const reading::Edits& repair, std::size_t size) {
    std::size_t end = 0;
    for (const reading::Edit& edit : repair) {
        require(edit.offset >= end, "edits that overlap or are not in order");
        end = edit.offset + edit.size;
        require(end <= size, "an edit behind the end");
    }
}

void check_findings(const reading::Diagnostics& findings, std::size_t size) {
    std::uint32_t line = 0;
    for (const reading::Diagnostic& one : findings) {
        require(lint::find_rule(one.rule) != nullptr, "a finding of no rule");
        require(!one.message.empty(), "a finding without words");
        require((one.line == 0) == (one.column == 0), "half a place");
        require(one.line >= line, "findings are not in order");
        line = one.line;
        check_repair(one.repair, size);
    }
}

void check_text(const lint::Result& result) {
    const std::string plain = lint::to_text(result, lint::Paint::Plain);
    require(plain.empty() == result.findings.empty(), "text about nothing, or none");
    require(is_harmless(plain), "the text commands the terminal");
    require(without_colours(lint::to_text(result, lint::Paint::Ansi)) == plain,
            "colours change the text");
}

void check_json(std::string_view text) {
    require(text.substr(text.size() - 1) == "\n", "JSON without an end of line");
    require(fuzz::is_strict(text.substr(0, text.size() - 1)), "output that is no JSON");
}

void check_outputs(const lint::Checked& checked) {
    const std::span<const lint::Checked> all(&checked, 1);
    const std::size_t count = checked.findings.size();
    require(lint::summary_of(all).empty() == (count == 0), "a summary of nothing, or none");
    check_json(lint::to_json(all));
    check_json(lint::to_sarif(all));
    require(lines_of(lint::to_github(all)) == count, "not one command a finding");
    const auto suites = lint::to_junit(all, lint::Severity::Warning);
    require(format::json_from_xml(suites).has_value(), "output that is no XML");
}

void check_layout(const std::string& text) {
    const auto document = json::Document::parse(text);
    const auto after = lint::laid_out(text);
    require(after.has_value() == document.has_value(), "a layout of what is no JSON, or none");
    if (!after) {
        return;
    }
    const auto again = json::Document::parse(*after);
    require(again && again->compact(again->root()) == document->compact(document->root()),
            "a layout that means something else");
    require(lint::laid_out(*after) == *after, "a layout that is not stable");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_layout(text);
    for (const char* name : {"fuzz.json", "fuzz.yaml", "fuzz.toml"}) {
        lint::Result result = lint::check_text(text, name, {});
        check_findings(result.findings, size);
        check_text(result);
        check_outputs({name, std::move(result.findings)});
    }
    return 0;
}
