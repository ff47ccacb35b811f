#include "app/reference.hpp"

#include <string_view>
#include <vector>

#include <aggregator/base/error_text.hpp>
#include <aggregator/base/log_fields.hpp>
#include <aggregator/lint/difference.hpp>
#include <aggregator/lint/rule.hpp>
#include <aggregator/lint/schema.hpp>
#include <aggregator/shadow/reason_text.hpp>

#include "app/metric_table.hpp"
#include "app/topics.hpp"

namespace aggregator::app {
namespace {

using Cells = std::vector<std::string>;

/// A row of a table; a bar would end a cell.
void add_row(std::string& out, const Cells& cells) {
    out += '|';
    for (const std::string& cell : cells) {
        out += ' ';
        for (const char c : cell) {
            out += c == '|' ? std::string("\\|") : std::string(1, c);
        }
        out += " |";
    }
    out += '\n';
}

void add_head(std::string& out, const Cells& cells) {
    add_row(out, cells);
    add_row(out, Cells(cells.size(), "---"));
}

std::string code(std::string_view text) {
    return text.empty() ? std::string() : "`" + std::string(text) + "`";
}

std::string heading_of(const lint::KeyRow& row) {
    const std::string level = row.level == "service"    ? "the service"
                              : row.level == "endpoint" ? "an endpoint"
                                                        : "a backend";
    return row.component.empty() ? "### Keys of " + level
                                 : "### `" + row.component + "` of " + level;
}

std::string default_of(const lint::KeyRow& row) {
    if (row.fallback.empty()) {
        return row.required ? "required" : "none";
    }
    return code(row.fallback);
}

void add_keys(std::string& out) {
    out +=
        "## Keys\n\n"
        "In the tables of components, which stand in `extra_config`, the first row is the "
        "component\n"
        "itself. Where a default is the value of another key, the meaning says so.\n";
    std::string heading;
    for (const lint::KeyRow& row : lint::key_rows()) {
        if (const std::string own = heading_of(row); own != heading) {
            heading = own;
            out += '\n' + heading + "\n\n";
            add_head(out, {"key", "type", "default", "meaning", "example", "level", "since"});
        }
        const std::string name = row.key.empty() ? row.component : row.key;
        const std::string type = row.values.empty() ? row.type : row.type + ": " + row.values;
        add_row(out, {code(name), type, default_of(row), row.meaning, code(row.example), row.level,
                      row.since});
    }
}

void add_components(std::string& out) {
    out +=
        "\n## Components of KrakenD\n\n"
        "What of KrakenD's `extra_config` is here. A configuration with a component that is "
        "not here is refused, unless\n`@allow_unsupported` or `--allow-unsupported` names it; "
        "one without effect on replies (`telemetry/*`,\n`documentation/*`, `redis`) is ignored "
        "with an advice of lint. Names in brackets are those of old files. A name\nthat is not "
        "in the table is refused as well if it begins as one that protects: `auth/`, "
        "`security/`, `qos/`,\n`validation/`, `governance/`, `modifier/`, `plugin/`; so are `ai/`, "
        "`backend/`, `server/` and `async/`.\n\n";
    add_head(out, {"component", "where", "here", "differences, or what to use instead"});
    for (const lint::ComponentRow& row : lint::component_rows()) {
        const std::string older = row.older.empty() ? "" : " (" + code(row.older) + ")";
        add_row(out, {code(row.name) + older, row.levels, std::string(lint::name_of(row.status)),
                      row.note});
    }
}

void add_failures(std::string& out) {
    out +=
        "\n## Failures\n\n"
        "The names in `X-Aggregator-Error`, in the log's `failure` and `error`, and in the "
        "metric `aggregator_errors_total`.\nThe status is that of a reply which the gateway "
        "makes for it; `router.error_status: precise` makes more of\nthem for backends.\n\n";
    add_head(out, {"name", "status", "fault", "meaning", "what to do"});
    for (std::size_t i = 0; i < base::kCodes; ++i) {
        const base::CodeRow& row = base::row(static_cast<base::Code>(i));
        const base::ErrorText& text = base::text_of(row.code);
        add_row(out,
                {code(row.name), std::to_string(row.status), std::string(base::name_of(row.fault)),
                 std::string(text.meaning), std::string(text.advice)});
    }
}

void add_reasons(std::string& out) {
    out +=
        "\n## Drop reasons of shadows\n\n"
        "Every request that a shadow might have had a copy of ends in one count: answered, by "
        "the class of the status,\nor dropped for one of these reasons.\n\n";
    add_head(out, {"name", "meaning", "what to do"});
    for (std::size_t i = 0; i < shadow::kReasons; ++i) {
        const auto reason = static_cast<shadow::Reason>(i);
        const shadow::ReasonText& text = shadow::text_of(reason);
        add_row(out, {code(shadow::name_of(reason)), std::string(text.meaning),
                      std::string(text.advice)});
    }
}

void add_metrics(std::string& out) {
    out +=
        "\n## Metrics\n\nServed by the component `admin` as `GET /metrics`. Labels have values "
        "of the configuration only.\n\n";
    add_head(out, {"name", "type", "labels", "meaning"});
    for (const base::Metric* const metric : all_metrics()) {
        add_row(out, {code(metric->name), std::string(base::name_of(metric->kind)),
                      base::label_names(*metric), std::string(metric->help)});
    }
}

void add_fields(std::string& out) {
    out +=
        "\n## Fields of the log\n\n"
        "One event a line on standard error: `time level event name=value ...`, or with "
        "`--log-format json` an object.\n\n";
    add_head(out, {"name", "meaning"});
    for (const base::LogFieldRow& row : base::log_fields()) {
        add_row(out, {code(row.name), std::string(row.meaning)});
    }
}

void add_headers(std::string& out) {
    out +=
        "\n## Headers of the gateway\n\n"
        "`router.header_prefix` puts another prefix in the place of `X-Aggregator`.\n\n";
    add_head(out, {"name", "on", "meaning"});
    for (const HeaderRow& row : header_rows()) {
        add_row(out, {code(row.name), std::string(row.on), std::string(row.meaning)});
    }
}

void add_differences(std::string& out) {
    out +=
        "\n## Differences from KrakenD\n\n"
        "What is done otherwise on purpose. Where one of them shows in a file, the advice "
        "`differs` of lint names its\nnumber. KrakenD is its Community Edition, unless a row "
        "says "
        "Enterprise.\n\n";
    add_head(out, {"number", "KrakenD", "here"});
    for (const lint::Difference& one : lint::differences()) {
        add_row(out, {std::to_string(one.row), std::string(one.there), std::string(one.here)});
    }
}

void add_rules(std::string& out) {
    out +=
        "\n## Rules of lint\n\n`aggregator explain RULE` has a bad and a good example of each.\n\n";
    add_head(out, {"name", "severity", "meaning"});
    for (const lint::Rule* const rule : lint::rules()) {
        add_row(out, {code(rule->name), std::string(reading::name_of(rule->severity)),
                      std::string(rule->summary)});
    }
}

}  // namespace

std::string reference_text() {
    std::string out =
        "# Reference\n\n"
        "Printed by `aggregator reference`; a test keeps this page equal to what it prints. "
        "`aggregator explain NAME`\nanswers for each name below. The files in this folder are "
        "the schemas (JSON Schema, draft 4) that the tables of\nkeys are made from; those of "
        "components stand in their own folders below `src/components`.\n\n"
        "[Keys](#keys) · [Components of KrakenD](#components-of-krakend) · "
        "[Differences](#differences-from-krakend) ·\n[Failures](#failures) · "
        "[Drop reasons](#drop-reasons-of-shadows) · [Metrics](#metrics) · "
        "[Fields of the log](#fields-of-the-log) ·\n[Headers](#headers-of-the-gateway) · "
        "[Rules of lint](#rules-of-lint)\n\n";
    add_keys(out);
    add_components(out);
    add_differences(out);
    add_failures(out);
    add_reasons(out);
    add_metrics(out);
    add_fields(out);
    add_headers(out);
    add_rules(out);
    return out;
}

}  // namespace aggregator::app
