#include "config/flatmap.hpp"

#include <iterator>
#include <optional>

#include <aggregator/base/text.hpp>
#include "config/key_tables.hpp"
#include "config/reading.hpp"

namespace aggregator::config {

namespace {

using Kind = FlatmapConfig::Kind;

/// An operation as it is written.
struct Operation {
    std::optional<Kind> kind;
    std::vector<std::string> args;
};

struct KindName {
    std::string_view name;
    Kind kind;
};

constexpr KindName kKinds[] = {
    {"move", Kind::Move}, {"append", Kind::Append}, {"del", Kind::Delete}};

void read_type(const Value& value, Operation& operation) {
    std::string written;
    strict::read(value, written);
    std::vector<std::string_view> names;
    for (const KindName& known : kKinds) {
        if (known.name == written) {
            operation.kind = known.kind;
            return;
        }
        names.push_back(known.name);
    }
    if (value.node.kind == json::Kind::String) {
        const auto guess = base::closest(written, names);
        value.error("bad-value",
                    value.label() + "expected \"move\", \"append\" or \"del\", found " +
                        described(value.node),
                    guess ? "did you mean " + quoted(*guess) + "?" : std::string());
    }
}

constexpr Field<Operation> kFlatmapFields[] = {
    {"type", read_type},
    {"args", strict::set<&Operation::args>},
};

/// Tells of `args` that are too few or too many for the operation at `value`.
void check_args(const Value& value, const Operation& operation) {
    const json::Node* const written = value.file.document.member(value.node, "args");
    const Value args{value.file, written == nullptr ? value.node : *written, "args", value.report};
    if (written != nullptr && written->kind != json::Kind::Array) {
        return;  // told already
    }
    const std::size_t count = operation.args.size();
    if (operation.kind == Kind::Delete) {
        if (count == 0) {
            args.warn("filter-ignored", "`del` removes nothing: it has no paths in `args`",
                      "list what it is to remove: \"args\": [\"user.password\"]");
        }
        return;
    }
    const std::string_view name = operation.kind == Kind::Move ? "`move`" : "`append`";
    if (count < 2) {
        args.error("bad-value",
                   std::string(name) + " needs two paths in `args`, found " + std::to_string(count),
                   R"(write where from and where to: "args": ["a.b", "c"])");
    } else if (count > 2) {
        args.element(written->elements[2])
            .warn("no-effect", std::string(name) + " uses the first two of `args` alone");
    }
}

void read_operation(const Value& value, std::vector<FlatmapConfig>& flatmap) {
    Operation operation;
    read_fields(value, {.what = "an operation", .keys = Keys::Exact, .fields = kFlatmapFields},
                operation);
    if (value.node.kind != json::Kind::Object) {
        return;
    }
    if (value.file.document.member(value.node, "type") == nullptr) {
        value.error("bad-value",
                    "the operation has no `type`: expected \"move\", \"append\" or "
                    "\"del\"");
    }
    if (!operation.kind) {
        return;
    }
    check_args(value, operation);
    if (operation.kind != Kind::Delete && operation.args.size() > 2) {
        operation.args.resize(2);
    }
    flatmap.push_back({*operation.kind, std::move(operation.args)});
}

}  // namespace

void read_flatmap(const Value& value, std::vector<FlatmapConfig>& flatmap) {
    if (!strict::expect(value, json::Kind::Array, "a list of operations")) {
        return;
    }
    flatmap.clear();
    for (const std::uint32_t element : value.node.elements) {
        read_operation(value.element(element), flatmap);
    }
}

void add_flatmap_keys(KeyTables& all) { add_keys(all, "flatmap", kFlatmapFields); }

}  // namespace aggregator::config
