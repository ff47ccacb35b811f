#include <aggregator/reading/namespaces.hpp>

namespace aggregator::reading {

std::string_view short_name(std::string_view name) {
    const KnownComponent* const component = find_component(name);
    return component == nullptr ? name : component->name;
}

bool has_short(const Value& extra, std::string_view name) {
    return extra.file.document.member(extra.node, name) != nullptr;
}

void warn_overruled(const Value& extra, const json::Node::Entry& entry) {
    extra.warn_at(entry, "no-effect",
                  quoted(entry.key) + " has no effect beside its newer name " +
                      quoted(short_name(entry.key)));
}

void advise_short(const Value& extra, const json::Node::Entry& entry) {
    const std::string name(short_name(entry.key));
    Diagnostic diagnostic = extra.source().at(Source::Spot::name(entry.key), {},
                                              quoted(entry.key) + " is an older name");
    diagnostic.rule = "older-name";
    diagnostic.severity = Severity::Advice;
    diagnostic.hint = "write " + quoted(name);
    const json::Node& child = extra.file.document.at(entry.node);
    const std::string_view rest =
        std::string_view(extra.file.document.text()).substr(entry.key_offset);
    // With an escaped character in it, the key is longer than what it says.
    const std::string written = '"' + std::string(entry.key) + '"';
    if (child.size != 0 && rest.starts_with(written)) {
        diagnostic.repair = {
            {.offset = entry.key_offset, .size = written.size(), .text = '"' + name + '"'}};
    }
    extra.report.add(std::move(diagnostic));
}

void put_component(const Reader& reader, Levels level, const Value& value,
                   std::vector<Configured>& components) {
    const bool differs = level == InService && reader.read_at_service != nullptr;
    if (auto settings = differs ? reader.read_at_service(value) : reader.read(value)) {
        components.push_back({{reader.name, std::move(settings)}, value.source()});
    }
}

void check_components(const Value& value, const Beside& beside) {
    for (const Configured& one : beside.components) {
        const Reader* const reader = value.report.find_reader(one.name);
        if (reader != nullptr && reader->check != nullptr) {
            reader->check({*one.source.file, *one.source.node, one.name, value.report},
                          *one.settings, beside);
        }
    }
}

}  // namespace aggregator::reading
