#include <aggregator/reading/allowances.hpp>

#include <algorithm>

#include <aggregator/reading/components.hpp>
#include <aggregator/reading/files.hpp>
#include <aggregator/reading/value.hpp>

namespace aggregator::reading {

namespace {

constexpr std::string_view kKey = "@allow_unsupported";
constexpr const char* kExpected = "the name of a component, or of a key as `component.key`";
constexpr const char* kHint =
    "write each name: a pattern would also allow components that are added later";

bool is_component_name(std::string_view text) {
    return !text.empty() && text.find_first_of("* \t\r\n") == std::string_view::npos;
}

/// With the short name of a component whose older one is written.
std::string short_of(std::string_view name) {
    for (std::size_t end = name.size(); end != std::string_view::npos && end > 0;
         end = name.rfind('.', end - 1)) {
        const std::string_view front = name.substr(0, end);
        if (const KnownComponent* const known = find_component(front)) {
            return std::string(known->name).append(name.substr(end));
        }
    }
    return std::string(name);
}

}  // namespace

void Allowances::read(const Value& root) {
    const json::Node* const list =
        root.node.kind == json::Kind::Object ? root.file.document.member(root.node, kKey) : nullptr;
    if (list == nullptr) {
        return;
    }
    const Value value{root.file, *list, kKey, root.report};
    if (list->kind != json::Kind::Array) {
        value.wrong_type("a list of names", R"(write "@allow_unsupported": ["auth/ntlm"])");
        return;
    }
    for (std::size_t i = 0; i < list->elements.size(); ++i) {
        const Value element = value.element(list->elements[i]);
        if (element.node.kind == json::Kind::String && is_component_name(element.node.text)) {
            entries_.push_back({{short_of(element.node.text), 0}, root.source(), i});
        } else {
            element.error(
                "bad-value",
                quoted(kKey) + ": expected " + kExpected + ", found " + described(element.node),
                kHint);
        }
    }
}

void Allowances::add_option(std::string name, Report& report) {
    if (is_component_name(name)) {
        entries_.push_back({{short_of(name), 0}, {}, 0});
        return;
    }
    report.add(about_file(std::string(kAllowOption), "bad-value",
                          std::string("expected ") + kExpected + ", found " + quoted(name), kHint));
}

bool Allowances::cover(std::string_view name) {
    bool covered = false;
    for (Entry& one : entries_) {
        if (one.allowance.name == name) {
            one.allowance.places += covered ? 0 : 1;
            covered = true;
        }
    }
    return covered;
}

void Allowances::tell_unused(const std::string& path, Report& report) const {
    for (const Entry& one : entries_) {
        const bool again =
            std::any_of(entries_.begin(), entries_.end(), [&one](const Entry& other) {
                return other.allowance.name == one.allowance.name && other.allowance.places > 0;
            });
        if (again) {
            continue;
        }
        const std::string message =
            quoted(one.allowance.name) +
            " is allowed to be missing, but nothing in the configuration needs it";
        const std::string hint =
            "remove it, or write the name as the finding has it that it should allow";
        Diagnostic diagnostic =
            one.list.file == nullptr
                ? about_file(path, "unused-allowance", "--allow-unsupported: " + message, hint)
                : one.list.at({kKey, one.index}, "unused-allowance", message, hint);
        diagnostic.severity = Severity::Warning;
        report.add(std::move(diagnostic));
    }
}

std::vector<Allowance> Allowances::take() {
    std::vector<Allowance> taken;
    for (Entry& one : entries_) {
        taken.push_back(std::move(one.allowance));
    }
    return taken;
}

}  // namespace aggregator::reading
