#include <aggregator/lint/output.hpp>

#include <algorithm>

#include <aggregator/base/version.hpp>
#include <aggregator/json/writer.hpp>

namespace aggregator::lint {

namespace {

using reading::Diagnostic;

constexpr std::string_view kSarifSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

std::string_view level_of(Severity severity) {
    return severity == Severity::Advice ? "note" : reading::name_of(severity);
}

/// A path as a URI reference by RFC 3986: relative as it is, absolute with its scheme.
std::string uri_of(std::string_view path) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=@";
    std::string uri(path.substr(0, 1) == "/" ? "file://" : "");
    for (const char c : path) {
        if (kPlain.find(c) != std::string_view::npos) {
            uri += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        uri.append(1, '%').append(1, kHex[byte >> 4]).append(1, kHex[byte & 0xF]);
    }
    return uri;
}

json::Writer& write_message(json::Writer& writer, std::string_view key, std::string_view text) {
    return writer.key(key).object().member("text", text).end();
}

void write_rule(const Rule& rule, json::Writer& writer) {
    writer.object().member("id", rule.name);
    write_message(writer, "shortDescription", rule.summary);
    write_message(writer, "fullDescription", rule.explanation);
    write_message(writer, "help", rule.explanation);
    writer.key("defaultConfiguration").object().member("level", level_of(rule.severity)).end();
    writer.end();
}

void write_artifact(std::string_view path, json::Writer& writer) {
    writer.key("artifactLocation").object().member("uri", uri_of(path)).end();
}

void write_region(const Diagnostic& one, json::Writer& writer) {
    writer.key("region").object().count("startLine", one.line).count("startColumn", one.column);
    if (one.length != 0) {
        writer.count("endColumn", std::uint64_t{one.column} + one.length);
    }
    writer.end();
}

/// What is about no place in a text, such as a variable, is no artifact either.
bool has_artifact(const Diagnostic& one) { return one.line != 0 || one.pointer.empty(); }

void write_location(const Diagnostic& one, json::Writer& writer) {
    writer.object();
    if (has_artifact(one)) {
        writer.key("physicalLocation").object();
        write_artifact(one.file, writer);
        if (one.line != 0) {
            write_region(one, writer);
        }
        writer.end();
    }
    if (!one.pointer.empty()) {
        writer.key("logicalLocations").array().object();
        writer.member("fullyQualifiedName", one.pointer).end().end();
    }
    writer.end();
}

void write_fix(const Diagnostic& one, json::Writer& writer) {
    writer.key("fixes").array().object().key("artifactChanges").array().object();
    write_artifact(one.file, writer);
    writer.key("replacements").array();
    for (const reading::Edit& edit : one.repair) {
        writer.object().key("deletedRegion").object();
        writer.count("byteOffset", edit.offset).count("byteLength", edit.size).end();
        write_message(writer, "insertedContent", edit.text).end();
    }
    writer.end().end().end().end().end();
}

void write_result(const Diagnostic& one, json::Writer& writer) {
    const auto all = rules();
    const auto rule = std::find_if(all.begin(), all.end(),
                                   [&one](const Rule* other) { return other->name == one.rule; });
    writer.object().member("ruleId", one.rule);
    if (rule != all.end()) {
        writer.count("ruleIndex", static_cast<std::uint64_t>(rule - all.begin()));
    }
    writer.member("level", level_of(one.severity));
    const std::string place = has_artifact(one) ? std::string() : one.file + ": ";
    write_message(writer, "message",
                  place + one.message + (one.hint.empty() ? "" : "\n" + one.hint));
    writer.key("locations").array();
    write_location(one, writer);
    writer.end();
    if (!one.repair.empty()) {
        write_fix(one, writer);
    }
    writer.end();
}

void write_tool(json::Writer& writer) {
    writer.key("tool").object().key("driver").object();
    writer.member("name", "aggregator").member("version", base::version()).key("rules").array();
    for (const Rule* const rule : rules()) {
        write_rule(*rule, writer);
    }
    writer.end().end().end();
}

}  // namespace

std::string to_sarif(std::span<const Checked> all) {
    json::Writer writer;
    writer.object().member("$schema", kSarifSchema).member("version", "2.1.0");
    writer.key("runs").array().object();
    write_tool(writer);
    writer.member("columnKind", "unicodeCodePoints").key("results").array();
    for (const Checked& checked : all) {
        for (const Diagnostic& one : checked.findings) {
            write_result(one, writer);
        }
    }
    writer.end().end().end().end();
    return std::move(writer).take() + '\n';
}

}  // namespace aggregator::lint
