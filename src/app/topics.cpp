#include "app/topics.hpp"

#include <algorithm>

#include <aggregator/base/error_text.hpp>
#include <aggregator/base/log_fields.hpp>
#include <aggregator/base/text.hpp>
#include <aggregator/lint/rule.hpp>
#include <aggregator/lint/schema.hpp>
#include <aggregator/shadow/reason_text.hpp>

#include "app/metric_table.hpp"

namespace aggregator::app {
namespace {

constexpr std::size_t kIndent = 4;
constexpr std::size_t kLabel = 10;

/// A label, and behind it the words; nothing if there are no words.
std::string row(std::string_view label, std::string_view text) {
    if (text.empty()) {
        return {};
    }
    std::string lines = base::wrapped(text, {.indent = kIndent + (label.empty() ? 0 : kLabel)});
    return lines.replace(kIndent, label.size(), label);
}

void add_failures(std::vector<Topic>& all) {
    for (std::size_t i = 0; i < base::kCodes; ++i) {
        const base::CodeRow& code = base::row(static_cast<base::Code>(i));
        const base::ErrorText& text = base::text_of(code.code);
        const std::string name(code.name);
        all.push_back({"failure", name,
                       name + " (failure)\n" + row("", text.meaning) + '\n' +
                           row("status", std::to_string(code.status)) +
                           row("fault", base::name_of(code.fault)) + row("do", text.advice)});
    }
}

void add_reasons(std::vector<Topic>& all) {
    for (std::size_t i = 0; i < shadow::kReasons; ++i) {
        const auto reason = static_cast<shadow::Reason>(i);
        const shadow::ReasonText& text = shadow::text_of(reason);
        const std::string name(shadow::name_of(reason));
        all.push_back({"drop reason", name,
                       name + " (drop reason of shadows)\n" + row("", text.meaning) + '\n' +
                           row("do", text.advice)});
    }
}

void add_metrics(std::vector<Topic>& all) {
    for (const base::Metric* const metric : all_metrics()) {
        const std::string name(metric->name);
        all.push_back({"metric", name,
                       name + " (metric)\n" + row("", metric->help) + '\n' +
                           row("type", base::name_of(metric->kind)) +
                           row("labels", base::label_names(*metric))});
    }
}

void add_fields(std::vector<Topic>& all) {
    for (const base::LogFieldRow& field : base::log_fields()) {
        const std::string name(field.name);
        all.push_back({"log field", name, name + " (field of the log)\n" + row("", field.meaning)});
    }
}

constexpr HeaderRow kHeaders[] = {
    {"X-Aggregator", "replies", "The version, unless `router.hide_version_header` is true."},
    {"X-Aggregator-Completed", "replies",
     "`true` if every backend contributed to the reply, else `false`."},
    {"X-Aggregator-Error", "replies",
     "The name of the failure that the reply was made for; absent if there is none."},
    {"X-Aggregator-Redirects", "calls to backends",
     "How many redirects led to this call. A request that has it is not redirected further."},
    {"X-Forwarded-For", "calls to backends", "The client's address."},
    {"X-Forwarded-Host", "calls to backends", "The host that the client asked for."},
    {"X-Shadow", "copies",
     "The marker `<instance>;<name>;<hops>`: a request that has it is not copied again. "
     "`request.marker` of `proxy/shadow` renames or removes it."},
};

void add_headers(std::vector<Topic>& all) {
    for (const HeaderRow& header : kHeaders) {
        const std::string name(header.name);
        all.push_back(
            {"header", name,
             name + " (header of " + std::string(header.on) + ")\n" + row("", header.meaning)});
    }
}

void add_components(std::vector<Topic>& all) {
    for (const lint::ComponentRow& one : lint::component_rows()) {
        const bool missing = one.status == lint::ComponentRow::Status::Missing;
        std::string text = one.name + " (component)\n" +
                           row("", std::string("Compared with KrakenD: ") +
                                       std::string(lint::name_of(one.status)) + '.') +
                           '\n' + row("levels", one.levels) + row("older", one.older) +
                           row(missing ? "instead" : "differs", one.note);
        if (missing) {
            text += row("without", "\"@allow_unsupported\": [\"" + one.name +
                                       "\"] in the service starts without it");
        }
        all.push_back({"component", one.name, std::move(text), one.older});
    }
}

}  // namespace

std::span<const HeaderRow> header_rows() { return kHeaders; }

std::vector<Topic> topics() {
    std::vector<Topic> all;
    add_failures(all);
    add_reasons(all);
    add_metrics(all);
    add_fields(all);
    add_headers(all);
    add_components(all);
    return all;
}

std::vector<std::string> topic_names() {
    std::vector<std::string> names;
    for (Topic& one : topics()) {
        names.push_back(std::move(one.name));
    }
    for (const lint::Rule* const rule : lint::rules()) {
        names.emplace_back(rule->name);
    }
    for (const lint::KeyRow& key : lint::key_rows()) {
        const std::size_t dot = key.key.rfind('.');
        names.push_back(key.key.substr(dot == std::string::npos ? 0 : dot + 1));
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::erase_if(names, [](const std::string& name) { return name.empty(); });
    return names;
}

}  // namespace aggregator::app
