#include <aggregator/lint/output.hpp>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "lint/all_rules.hpp"
#include "lint/excerpt.hpp"
#include "lint/rules/secrets.hpp"
#include "lint/words.hpp"

namespace aggregator::lint {

namespace {

using reading::Diagnostic;

constexpr std::string_view kIndent = "    ";

/// What a piece of the output is, for its colour.
enum class Ink : std::uint8_t { Error, Warning, Advice, Place, Aside };

std::string_view code_of(Ink ink) {
    switch (ink) {
        case Ink::Error:
            return "\x1B[1;31m";
        case Ink::Warning:
            return "\x1B[1;33m";
        case Ink::Advice:
            return "\x1B[1;36m";
        case Ink::Place:
            return "\x1B[1m";
        default:
            return "\x1B[2m";
    }
}

Ink ink_of(Severity severity) {
    switch (severity) {
        case Severity::Error:
            return Ink::Error;
        case Severity::Warning:
            return Ink::Warning;
        default:
            return Ink::Advice;
    }
}

std::string_view line_at(std::string_view text, std::size_t begin) {
    return text.substr(begin, std::min(text.find('\n', begin), text.size()) - begin);
}

/// Writes the findings of one configuration.
class Page {
public:
    Page(const Result& result, Paint paint) : paint_(paint) {
        if (result.findings.empty()) {
            return;
        }
        for (const auto& file : result.loaded.files) {
            files_.try_emplace(file->path, file.get());
            for (const Secret& secret : secrets_in(file->document)) {
                const auto place = file->document.position(secret.node->offset);
                secrets_.emplace(file->path, place.line);
            }
        }
    }

    void add(const Diagnostic& one) {
        out_ += out_.empty() ? "" : "\n";
        add_head(one);
        const auto file = files_.find(one.file);
        if (one.line != 0 && file != files_.end() && is_open(one, file->second->document)) {
            add_excerpt(one, excerpt_of(file->second->document, one));
        }
        if (!one.hint.empty()) {
            add(Ink::Aside, std::string(kIndent) + "hint: ");
            out_ += printable(one.hint) + '\n';
        }
    }

    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    void add(Ink ink, std::string_view text) {
        if (paint_ == Paint::Plain) {
            out_ += text;
            return;
        }
        out_.append(code_of(ink)).append(text).append("\x1B[0m");
    }

    /// Whether the line may be shown: one with a secret in it is not to be repeated in a log.
    [[nodiscard]] bool is_open(const Diagnostic& one, const json::Document& document) const {
        if (one.rule == kSyntax.name) {
            return !shows_secret(line_at(document.text(), document.offset({one.line, 1})));
        }
        return secrets_.count({one.file, one.line}) == 0;
    }

    void add_head(const Diagnostic& one) {
        std::string place = printable(one.file);
        if (one.line != 0) {
            place += ':' + std::to_string(one.line) + ':' + std::to_string(one.column);
        }
        add(Ink::Place, place + ": ");
        add(ink_of(one.severity), std::string(reading::name_of(one.severity)) + ':');
        out_ += ' ' + printable(one.message) + ' ';
        add(Ink::Aside, '[' + one.rule + ']');
        out_ += '\n';
    }

    void add_excerpt(const Diagnostic& one, const Excerpt& excerpt) {
        const std::string number = std::to_string(one.line);
        const bool empty = excerpt.text.empty();
        add(Ink::Aside, std::string(kIndent) + number + (empty ? " |" : " | "));
        out_ += excerpt.text + '\n';
        add(Ink::Aside, std::string(kIndent.size() + number.size(), ' ') + " | ");
        out_.append(excerpt.indent, ' ');
        add(ink_of(one.severity), std::string(excerpt.width, '^'));
        out_ += '\n';
    }

    Paint paint_;
    std::unordered_map<std::string_view, const reading::File*> files_;
    std::set<std::pair<std::string_view, std::uint32_t>> secrets_;
    std::string out_;
};

}  // namespace

std::string to_text(const Result& result, Paint paint) {
    Page page(result, paint);
    for (const Diagnostic& one : result.findings) {
        page.add(one);
    }
    return page.take();
}

std::string summary_of(std::span<const Checked> all) {
    std::size_t counts[3] = {};
    for (const Checked& checked : all) {
        for (const Diagnostic& one : checked.findings) {
            ++counts[static_cast<std::size_t>(one.severity)];
        }
    }
    std::vector<std::string> parts;
    if (counts[0] != 0) {
        parts.push_back(counted(counts[0], "error"));
    }
    if (counts[1] != 0) {
        parts.push_back(counted(counts[1], "warning"));
    }
    if (counts[2] != 0) {
        parts.push_back(counted(counts[2], "piece") + " of advice");
    }
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        out += (i == 0 ? "found " : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    }
    return out;
}

bool reaches(Severity severity, Severity threshold) { return severity <= threshold; }

}  // namespace aggregator::lint
