#include <aggregator/lint/output.hpp>

#include <algorithm>

#include <aggregator/json/writer.hpp>

namespace aggregator::lint {

namespace {

std::string padded(std::string_view text, std::size_t width) {
    return std::string(text) + std::string(width - std::min(width, text.size()), ' ');
}

void write(const Rule& rule, json::Writer& writer) {
    writer.object()
        .member("name", rule.name)
        .member("severity", reading::name_of(rule.severity))
        .member("summary", rule.summary)
        .member("explanation", rule.explanation)
        .end();
}

}  // namespace

std::string rules_to_text() {
    std::size_t widest = 0;
    for (const Rule* const rule : rules()) {
        widest = std::max(widest, rule->name.size());
    }
    std::string out;
    for (const Rule* const rule : rules()) {
        out += padded(rule->name, widest + 2);
        out += padded(reading::name_of(rule->severity), std::string_view("warning  ").size());
        out.append(rule->summary).append("\n");
    }
    return out;
}

std::string rules_to_json() {
    json::Writer writer;
    writer.object().key("rules").array();
    for (const Rule* const rule : rules()) {
        write(*rule, writer);
    }
    writer.end().end();
    return std::move(writer).take() + '\n';
}

std::string to_text(const Rule& rule) {
    std::string out(rule.name);
    out.append(": ").append(reading::name_of(rule.severity)).append("\n\n");
    out.append(rule.summary).append("\n\n");
    return out.append(rule.explanation).append("\n");
}

std::string to_json(const Rule& rule) {
    json::Writer writer;
    write(rule, writer);
    return std::move(writer).take() + '\n';
}

}  // namespace aggregator::lint
