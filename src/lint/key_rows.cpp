#include <aggregator/lint/schema.hpp>

#include <algorithm>
#include <array>

#include <aggregator/reading/components.hpp>

#include "lint/schema_keys.hpp"
#include "lint/schema_words.hpp"

namespace aggregator::lint {
namespace {

using json::Node;

constexpr std::string_view kExtra = "extra_config.";

struct Level {
    std::string_view name;
    std::string_view prefix;  ///< of the places of its keys
    std::uint8_t bit;
};

/// The longest prefix first.
constexpr std::array<Level, 3> kLevels{{
    {"backend", "endpoints[].backend[].", reading::InBackend},
    {"endpoint", "endpoints[].", reading::InEndpoint},
    {"service", "", reading::InService},
}};

const Level& level_at(std::string_view place) {
    return *std::find_if(kLevels.begin(), kLevels.end(),
                         [place](const Level& one) { return place.starts_with(one.prefix); });
}

/// The component among the names of the keys that lead to one; empty if there is none.
std::string component_of(const std::vector<std::string>& names) {
    const auto extra = std::find(names.begin(), names.end(), "extra_config");
    return extra == names.end() || extra + 1 == names.end() ? std::string() : *(extra + 1);
}

KeyRow row_of(const SchemaKeys& keys, const SchemaKey& key) {
    const SchemaWords words(keys);
    const Level& level = level_at(key.place);
    KeyRow row;
    row.level = level.name;
    row.component = component_of(key.names);
    row.key = key.place.substr(level.prefix.size());
    if (!row.component.empty()) {
        row.key.erase(0, kExtra.size() + row.component.size());
        row.key.erase(0, row.key.starts_with('.') ? 1 : 0);
    }
    row.type = words.type(*key.property);
    row.values = words.values(*key.property);
    row.meaning = keys.member(*key.property, "description")->text;
    if (const Node* const fallback = keys.member(*key.property, "default")) {
        row.fallback = words.written(*fallback);
    }
    if (const Node* const examples = keys.member(*key.property, "examples")) {
        row.example = words.written(keys.document().at(examples->elements.front()));
    }
    row.required = key.required;
    row.since = key.since;
    return row;
}

/// Service before endpoint before backend; keys of the level before its components.
std::size_t rank_of(const KeyRow& row) {
    for (std::size_t i = 0; i < kLevels.size(); ++i) {
        if (kLevels.at(i).name == row.level) {
            return 2 * (kLevels.size() - i) + (row.component.empty() ? 0 : 1);
        }
    }
    return 0;
}

/// What the schemas say about a component in comparison; empty if it is not here at a level.
std::string comparison_at(const SchemaKeys& keys, const Level& level, std::string_view name) {
    const std::string place = std::string(level.prefix).append(kExtra).append(name);
    for (const SchemaKey& key : keys.all()) {
        if (key.place != place) {
            continue;
        }
        for (const Node* const node : {key.property, &keys.resolved(*key.property)}) {
            if (const Node* const text = keys.member(*node, "krakend")) {
                return text->text;
            }
        }
        return "same";
    }
    return {};
}

std::string levels_of(std::uint8_t bits) {
    std::string out;
    for (auto level = kLevels.rbegin(); level != kLevels.rend(); ++level) {
        if ((bits & level->bit) != 0) {
            out.append(out.empty() ? "" : ", ").append(level->name);
        }
    }
    return out.empty() ? "agent" : out;
}

ComponentRow compared(const SchemaKeys& keys, const reading::KnownComponent& known) {
    ComponentRow row{std::string(known.name), std::string(known.older), levels_of(known.levels),
                     ComponentRow::Status::Missing, std::string(known.instead)};
    for (auto level = kLevels.rbegin(); level != kLevels.rend(); ++level) {
        const std::string found = comparison_at(keys, *level, known.name);
        if (found.empty()) {
            continue;
        }
        const bool first = row.status == ComponentRow::Status::Missing;
        if (first) {
            row.status = ComponentRow::Status::Same;
            row.note.clear();
        }
        if (found == "none") {
            row.status = ComponentRow::Status::Own;
        } else if (found != "same") {
            row.status = ComponentRow::Status::Differs;
            if (row.note.find(found) == std::string::npos) {
                row.note.append(row.note.empty() ? "" : " ").append(found);
            }
        }
    }
    return row;
}

}  // namespace

std::vector<KeyRow> key_rows() {
    const SchemaKeys keys;
    std::vector<KeyRow> rows;
    for (const SchemaKey& key : keys.all()) {
        rows.push_back(row_of(keys, key));
    }
    std::stable_sort(rows.begin(), rows.end(), [](const KeyRow& a, const KeyRow& b) {
        return std::make_pair(rank_of(a), a.component) < std::make_pair(rank_of(b), b.component);
    });
    return rows;
}

std::vector<ComponentRow> component_rows() {
    const SchemaKeys keys;
    std::vector<ComponentRow> rows;
    for (const reading::KnownComponent& known : reading::components()) {
        rows.push_back(compared(keys, known));
    }
    std::sort(rows.begin(), rows.end(),
              [](const ComponentRow& a, const ComponentRow& b) { return a.name < b.name; });
    return rows;
}

std::string_view name_of(ComponentRow::Status status) {
    switch (status) {
        case ComponentRow::Status::Same:
            return "here";
        case ComponentRow::Status::Differs:
            return "here, with differences";
        case ComponentRow::Status::Own:
            return "only here";
        case ComponentRow::Status::Missing:
            return "not here";
    }
    return {};
}

}  // namespace aggregator::lint
