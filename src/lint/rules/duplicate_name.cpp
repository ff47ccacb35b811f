#include <set>

#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

struct List {
    const Source& object;
    std::string_view key;
    const Names& names;
};

std::string folded(std::string_view key, const std::string& name) {
    return key == kInputHeaders ? base::to_lower(name) : name;
}

/// Takes an element and the comma in front of it out of a JSON file. Nothing if more than white
/// space stands between the two: a comment is not to be lost.
reading::Edits without(const Source& object, std::string_view key, std::size_t index) {
    const json::Node* const list = written(object, key);
    if (list == nullptr || list->size == 0 || index == 0 || index >= list->elements.size()) {
        return {};
    }
    const json::Document& document = object.file->document;
    const json::Node& before = document.at(list->elements[index - 1]);
    const json::Node& node = document.at(list->elements[index]);
    const std::size_t from = before.offset + before.size;
    const std::string_view gap = std::string_view(document.text()).substr(from, node.offset - from);
    if (gap.find_first_not_of(" \t\r\n,") != std::string_view::npos) {
        return {};
    }
    return {{.offset = from, .size = gap.size() + node.size, .text = {}}};
}

void check_list(const List& list, Findings& findings) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < list.names.size(); ++i) {
        if (list.names[i].empty() || seen.insert(folded(list.key, list.names[i])).second) {
            continue;
        }
        const Source::Spot spot{list.key, i};
        std::string message = quoted(list.names[i]) + " stands in " + quoted(list.key) + " twice";
        if (auto repair = without(list.object, list.key, i); !repair.empty()) {
            findings.repair_at(list.object, spot, std::move(message), std::move(repair));
        } else {
            findings.at(list.object, spot, std::move(message), "take one of them out");
        }
    }
}

void check_duplicate_name(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        check_list({endpoint.source, kInputHeaders, endpoint.input_headers}, findings);
        check_list({endpoint.source, kInputQueries, endpoint.input_query_strings}, findings);
    }
    for_each_backend(subject, [&](const auto&, const config::BackendConfig& backend) {
        check_list({backend.source, kInputHeaders, backend.input_headers}, findings);
        check_list({backend.source, kInputQueries, backend.input_query_strings}, findings);
    });
}

}  // namespace

constinit const Rule kDuplicateName = {
    .name = "duplicate-name",
    .severity = Severity::Advice,
    .summary = "a name stands twice in a list where once is enough",
    .explanation = R"(Names in `input_headers` and `input_query_strings` say what passes; saying it
twice changes nothing. One of the two is often a slip for another name. Headers are
compared without the case of their letters.

Bad:
    "input_headers": ["Accept", "accept"]

Good:
    "input_headers": ["Accept"]

The repair takes the later one out.)",
    .check = check_duplicate_name,
};

}  // namespace aggregator::lint
