#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

bool has_dot(std::string_view text) { return text.find('.') != std::string_view::npos; }

std::string hint_for(const std::string& from, const std::string& to) {
    return "a flatmap_filter follows paths: {\"type\": \"move\", \"args\": [\"" + from + "\", \"" +
           to + "\"]}";
}

void tell_dotted(const config::BackendConfig& backend, Findings& findings) {
    const Source mapping = part_of(backend.source, "mapping");
    for (const auto& [from, to] : backend.mapping) {
        const bool wild = from.find('*') != std::string::npos;
        if (has_dot(from) && !wild) {
            findings.at(mapping, Source::Spot::name(from),
                        quoted(from) + " is no path here: it renames a key whose name has that dot",
                        hint_for(from, to));
        }
        if (has_dot(to) && root_of(to) != from) {
            findings.at(mapping, std::string_view(from),
                        quoted(from) + " is renamed to " + quoted(root_of(to)) +
                            ": a new name ends at its first dot",
                        hint_for(from, to));
        }
    }
}

void check_mapping_dotted(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const config::BackendConfig& backend) {
        if (backend.flatmap.empty()) {
            tell_dotted(backend, findings);
        }
    });
}

}  // namespace

constinit const Rule kMappingDotted = {
    .name = "mapping-dotted",
    .severity = Severity::Warning,
    .summary = "a dot in `mapping`: no path is followed, and a new name ends there",
    .explanation =
        R"(`mapping` renames keys at the root of what a backend gives. A source with a dot
is the key of that very name, not a path; a new name is cut at its first dot.

Bad:
    "mapping": { "address.city": "city", "id": "user.id" }

Good:
    "extra_config": { "proxy": { "flatmap_filter": [
      { "type": "move", "args": ["address.city", "city"] },
      { "type": "move", "args": ["id", "user.id"] }] } })",
    .check = check_mapping_dotted,
};

}  // namespace aggregator::lint
