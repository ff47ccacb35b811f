#include "lint/choices.hpp"

#include <algorithm>
#include <utility>

#include "lint/words.hpp"

namespace aggregator::lint {

namespace {

constexpr const char* kKey = "@lint";

/// The root of the service's file, which is the first one; null if it is no object.
Source whole_of(const config::Loaded& loaded) {
    const auto found = std::find_if(loaded.files.begin(), loaded.files.end(),
                                    [](const auto& file) { return !file->is_environment; });
    if (found == loaded.files.end()) {
        return {};
    }
    const reading::File& file = **found;
    const bool object = file.document.root().kind == json::Kind::Object;
    return {&file, object ? &file.document.root() : nullptr};
}

reading::Diagnostic unknown_rule(const Source& choices, std::string_view name) {
    const Rule* const near = closest_rule(name);
    return choices.at(Source::Spot::name(name), "unknown-rule", "there is no rule " + quoted(name),
                      near == nullptr ? "`aggregator lint --list-rules` lists them"
                                      : "did you mean " + quoted(near->name) + "?");
}

reading::Diagnostic bad_choice(const Source& choices, std::string_view name) {
    return choices.at(
        name, "bad-value",
        quoted(name) + ": expected \"off\", \"advice\", \"warning\" or \"error\" for a rule");
}

}  // namespace

std::optional<Choice> choice_named(std::string_view word) {
    for (const Severity severity : {Severity::Error, Severity::Warning, Severity::Advice}) {
        if (word == reading::name_of(severity)) {
            return Choice(severity);
        }
    }
    if (word == "off") {
        return std::optional<Choice>(std::in_place, std::nullopt);
    }
    return std::nullopt;
}

Choices choices_in(const config::Loaded& loaded, reading::Diagnostics& diagnostics) {
    Choices choices;
    const Source root = whole_of(loaded);
    const json::Node* const node =
        root.node == nullptr ? nullptr : root.file->document.member(*root.node, kKey);
    if (node == nullptr) {
        return choices;
    }
    if (node->kind != json::Kind::Object) {
        diagnostics.push_back(root.at(kKey, "bad-value",
                                      "`@lint`: expected an object with a member for each rule",
                                      R"(write "@lint": {"rule-name": "off"})"));
        return choices;
    }
    const Source source{root.file, node};
    for (const json::Node::Entry& entry : node->members) {
        const json::Node& value = root.file->document.at(entry.node);
        const auto choice =
            value.kind == json::Kind::String ? choice_named(value.text) : std::nullopt;
        if (find_rule(entry.key) == nullptr) {
            diagnostics.push_back(unknown_rule(source, entry.key));
        } else if (!choice) {
            diagnostics.push_back(bad_choice(source, entry.key));
        } else {
            choices.insert_or_assign(entry.key, *choice);
        }
    }
    return choices;
}

}  // namespace aggregator::lint
