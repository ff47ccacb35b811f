#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

bool names(std::string_view text, std::string_view reference) {
    const std::size_t at = text.find(reference);
    const bool found = at != std::string_view::npos;
    return found && (at + reference.size() == text.size() || text[at + reference.size()] != '_');
}

/// The element of the list that a reference was found in.
std::size_t place_of(const Source& proxy, const std::string& reference) {
    const json::Node* const list = written(proxy, "sequential_propagated_params");
    const std::string_view tail = std::string_view(reference).substr(1);
    std::size_t i = 0;
    while (list != nullptr && i + 1 < list->elements.size() &&
           !names(proxy.file->document.at(list->elements[i]).text, tail)) {
        ++i;
    }
    return i;
}

/// Why it never has a value; empty if it may have one.
std::string reason_for(const config::EndpointConfig& endpoint, const std::string& reference) {
    if (!waits_in_turn(endpoint)) {
        return title_of(endpoint) + " does not ask backends one after the other";
    }
    const std::size_t mark = std::min(reference.find('_'), reference.size());
    const auto number = base::parse_decimal(std::string_view(reference).substr(4, mark - 4));
    const std::size_t count = regular_of(endpoint).size();
    if (!number || *number + 1 >= count) {
        return title_of(endpoint) + " has " + std::to_string(count) +
               " backends that answer, counted from 0 on, and the last one has none behind it";
    }
    return mark == reference.size() ? "it names no value of the answer" : "";
}

void check_propagated_unfilled(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        for (const std::string& reference : endpoint.sequential_propagated_params) {
            const std::string reason = reason_for(endpoint, reference);
            if (!reason.empty()) {
                const Source proxy = proxy_of(endpoint.source);
                findings.at(proxy, {"sequential_propagated_params", place_of(proxy, reference)},
                            quoted(reference) + " never has a value: " + reason,
                            "write the number of an earlier backend and a path: resp0_id");
            }
        }
    }
}

}  // namespace

constinit const Rule kPropagatedUnfilled = {
    .name = "propagated-unfilled",
    .severity = Severity::Warning,
    .summary = "an element of `sequential_propagated_params` that never has a value",
    .explanation = R"(`sequential_propagated_params` hands values of earlier answers to all later
backends of a sequential endpoint. An element needs the number of a backend that
has others behind it, counted from 0 on without shadows, and the path of a
value.

Bad:
    "sequential_propagated_params": ["resp5_id", "resp0"]

Good:
    "sequential_propagated_params": ["resp0_id"])",
    .check = check_propagated_unfilled,
};

}  // namespace aggregator::lint
