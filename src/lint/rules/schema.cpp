#include <aggregator/json/schema.hpp>

#include <optional>
#include <set>
#include <unordered_set>

#include <aggregator/base/assert.hpp>
#include <aggregator/lint/schema.hpp>

#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"
#include "lint/schema_words.hpp"

namespace aggregator::lint {

namespace {

using json::Node;
using json::Shown;
using Nodes = std::unordered_set<const Node*>;

/// Violations that are looked for in one object.
constexpr int kRoundsMax = 16;

/// Objects of one kind, which are held against one schema.
struct Kind {
    explicit Kind(std::string_view part, Names place)
        : schema(compiled(part)), above(std::move(place)) {}

    static json::Schema compiled(std::string_view part) {
        auto made = json::Schema::compile(schema_of(part).value_or(""));
        AGG_ASSERT(made.has_value());
        return *std::move(made);
    }

    json::Schema schema;
    Names above;  ///< names of the keys around such an object
};

struct Kinds {
    const Kind service{"service", {"service"}};
    const Kind endpoint{"endpoint", {"service", "endpoints"}};
    const Kind backend{"backend", {"service", "endpoints", "backend"}};
};

/// A constant that takes milliseconds to make, more than all of lint on a small configuration.
const Kinds& kinds() {
    static thread_local const Kinds made;
    return made;
}

/// Places of which something was told.
class Told {
public:
    explicit Told(const reading::Diagnostics& told) {
        for (const reading::Diagnostic& one : told) {
            places_.emplace(one.file, one.pointer);
        }
    }

    /// Whether it was about the value or about something in it.
    [[nodiscard]] bool about(const reading::File& file, const Node& node) const {
        const std::string pointer = file.document.pointer(node);
        if (places_.count({file.path, pointer}) != 0) {
            return true;
        }
        const auto below = places_.lower_bound({file.path, pointer + '/'});
        return below != places_.end() && below->first == file.path &&
               below->second.starts_with(pointer + '/');
    }

private:
    std::set<std::pair<std::string, std::string>> places_;
};

/// Holds the objects of a configuration against their schemas, one by one: so a violation has its
/// own place, and looking for the next one costs little.
class Comparing {
public:
    Comparing(const Subject& subject, Findings& findings)
        : told_(*subject.told), findings_(findings) {
        for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
            endpoints_.insert(endpoint.source.node);
            for (const config::BackendConfig& backend : endpoint.backends) {
                backends_.insert(backend.source.node);
            }
        }
    }

    void all(const config::ServiceConfig& service) {
        check(service.source, kinds().service);
        for (const config::EndpointConfig& endpoint : service.endpoints) {
            check(endpoint.source, kinds().endpoint);
            for (const config::BackendConfig& backend : endpoint.backends) {
                check(backend.source, kinds().backend);
            }
        }
    }

private:
    void check(const Source& object, const Kind& kind) {
        const json::Document& document = object.file->document;
        Nodes hidden;
        const auto show = [this, &document, &hidden, &object](const Node& node) {
            const bool alone = document.at(node.parent).kind == json::Kind::Object;
            if (hidden.count(&node) != 0 || endpoints_.count(&node) != 0) {
                return Shown::Hidden;
            }
            const bool apart = backends_.count(&node) != 0 && &node != object.node && !alone;
            return apart ? Shown::Hollow : Shown::Whole;
        };
        for (int round = 0; round < kRoundsMax; ++round) {
            const auto violation = kind.schema.check(document, *object.node, show);
            if (!violation) {
                return;
            }
            tell(object, *violation, kind, hidden);
            if (violation->node == object.node) {
                return;
            }
            hidden.insert(violation->node);
        }
    }

    void tell(const Source& object, const json::Violation& violation, const Kind& kind,
              const Nodes& hidden) {
        const json::Document& document = object.file->document;
        const Node& node = *violation.node;
        // What an object lacks may be what was hidden, or a variable's.
        const bool lacking = std::any_of(hidden.begin(), hidden.end(), [&](const Node* other) {
            return &document.at(other->parent) == &node;
        });
        const bool variable = object.variables != nullptr && &node == object.node;
        if (lacking || variable || told_.about(*object.file, node)) {
            return;
        }
        const std::string relative =
            document.pointer(node).substr(document.pointer(*object.node).size());
        Names names = kind.above;
        for (std::string& name : without_indexes(names_in(relative))) {
            names.push_back(std::move(name));
        }
        if (!keys_) {
            keys_.emplace();
        }
        const auto known = keys_->find(names);
        if (violation.keyword == "additionalProperties") {
            tell_key({object.file, &document.at(node.parent)}, node, known);
        } else {
            tell_value({object.file, &node}, names.back(), known);
        }
    }

    void tell_key(const Source& object, const Node& node,
                  const std::vector<const SchemaKey*>& known) {
        for (const Node::Entry& entry : object.node->members) {
            if (&object.file->document.at(entry.node) != &node) {
                continue;
            }
            const std::string also =
                known.empty() ? "" : ", but " + quoted(known.front()->names.back());
            findings_.at(object, Source::Spot::name(entry.key),
                         "the schema has no key " + quoted(entry.key) + " here" + also,
                         known.empty() ? ""
                                       : "the program reads keys in any case of letters; editors "
                                         "and other programs know only this one");
        }
    }

    void tell_value(const Source& value, const std::string& name,
                    const std::vector<const SchemaKey*>& known) {
        if (known.empty()) {
            findings_.at(value, "", quoted(name) + " does not fit the schema");
            return;
        }
        const Node& property = *known.front()->property;
        const SchemaWords words(*keys_);
        const std::string values = words.values(property);
        findings_.at(value, "",
                     quoted(name) + ": the schema expects " +
                         (values.empty() ? words.type(property) : values) + ", found " +
                         quoted(value.file->document.compact(*value.node)),
                     keys_->member(property, "description")->text);
    }

    std::optional<SchemaKeys> keys_;  // read when there is something to tell
    Nodes endpoints_;
    Nodes backends_;
    Told told_;
    Findings& findings_;
};

void check_schema(const Subject& subject, Findings& findings) {
    if (subject.told != nullptr) {
        Comparing(subject, findings).all(subject.service);
    }
}

}  // namespace

constinit const Rule kSchema = {
    .name = "schema",
    .severity = Severity::Warning,
    .summary = "a value that the program accepts and its schema does not",
    .explanation = R"(`aggregator schema` prints the schema that editors and other programs check
configurations with. It refuses what the program refuses, but the program reads the
names of keys in any case. An editor marks such a place as a fault, and completes
nothing there.

Bad:
    "Timeout": "5s"

Good:
    "timeout": "5s")",
    .check = check_schema,
};

}  // namespace aggregator::lint
