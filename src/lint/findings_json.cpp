#include <aggregator/lint/output.hpp>

#include <algorithm>

#include <aggregator/base/version.hpp>
#include <aggregator/json/writer.hpp>

namespace aggregator::lint {

namespace {

using reading::Diagnostic;

void write_place(const Diagnostic& one, json::Writer& writer) {
    if (one.line == 0) {
        return;
    }
    writer.count("line", one.line).count("column", one.column);
    if (one.length != 0) {
        writer.count("length", one.length);
    }
}

void write_repair(const reading::Edits& repair, json::Writer& writer) {
    writer.key("repair").array();
    for (const reading::Edit& edit : repair) {
        writer.object().count("offset", edit.offset).count("size", edit.size);
        writer.member("text", edit.text).end();
    }
    writer.end();
}

void write(const Diagnostic& one, json::Writer& writer) {
    writer.object().member("file", one.file);
    write_place(one, writer);
    writer.member("pointer", one.pointer)
        .member("rule", one.rule)
        .member("severity", reading::name_of(one.severity))
        .member("message", one.message);
    if (!one.hint.empty()) {
        writer.member("hint", one.hint);
    }
    if (!one.repair.empty()) {
        write_repair(one.repair, writer);
    }
    writer.end();
}

std::uint64_t count_of(std::span<const Checked> all, Severity severity) {
    std::int64_t count = 0;
    for (const Checked& checked : all) {
        count +=
            std::count_if(checked.findings.begin(), checked.findings.end(),
                          [severity](const Diagnostic& one) { return one.severity == severity; });
    }
    return static_cast<std::uint64_t>(count);
}

}  // namespace

std::string to_json(std::span<const Checked> all) {
    json::Writer writer;
    writer.object().key("tool").object();
    writer.member("name", "aggregator").member("version", base::version()).end();
    writer.key("configurations").array();
    for (const Checked& checked : all) {
        writer.text(checked.path);
    }
    writer.end().key("findings").array();
    for (const Checked& checked : all) {
        for (const Diagnostic& one : checked.findings) {
            write(one, writer);
        }
    }
    writer.end().key("summary").object();
    writer.count("errors", count_of(all, Severity::Error))
        .count("warnings", count_of(all, Severity::Warning))
        .count("advice", count_of(all, Severity::Advice));
    writer.end().end();
    return std::move(writer).take() + '\n';
}

}  // namespace aggregator::lint
