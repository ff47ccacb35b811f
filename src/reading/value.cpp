#include <aggregator/reading/value.hpp>

#include <algorithm>

#include <aggregator/base/text.hpp>

#include "reading/extent.hpp"
#include "reading/passwords.hpp"

namespace aggregator::reading {

namespace {

/// Bytes of the user's own text that a message repeats.
constexpr std::size_t kQuotedMax = 60;

Diagnostic diagnostic_at(const File& file, const json::Node& node, std::size_t offset,
                         std::string rule) {
    Diagnostic diagnostic;
    diagnostic.rule = std::move(rule);
    diagnostic.file = file.path;
    diagnostic.pointer = file.document.pointer(node);
    if (file.is_environment) {
        diagnostic.file += ' ' + variable_of(std::string_view(diagnostic.pointer).substr(1));
        return diagnostic;
    }
    const json::Position position = file.document.position(offset);
    diagnostic.line = position.line;
    diagnostic.column = position.column;
    diagnostic.length = length_of(file, node, offset);
    return diagnostic;
}

/// The first kQuotedMax bytes, never half a character.
std::string shortened(std::string_view text) {
    if (text.size() <= kQuotedMax) {
        return std::string(text);
    }
    std::size_t size = kQuotedMax;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
        --size;
    }
    return std::string(text.substr(0, size)) + "...";
}

const json::Node::Entry* find_member(const json::Node& object, std::string_view key) {
    const auto first = object.members.rbegin();
    const auto end = object.members.rend();
    auto found = std::find_if(first, end, [key](const auto& entry) { return entry.key == key; });
    if (found == end) {
        found = std::find_if(first, end, [key](const auto& entry) {
            return base::equal_ignoring_case(entry.key, key);
        });
    }
    return found == end ? nullptr : &*found;
}

}  // namespace

std::string variable_of(std::string_view key) {
    std::string name(kVariablePrefix);
    for (const char c : key) {
        name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return name;
}

Diagnostic Source::at(Spot spot, std::string rule, std::string message, std::string hint) const {
    const File* owner = variables;
    const json::Node::Entry* entry =
        owner == nullptr ? nullptr : find_member(owner->document.root(), spot.key);
    if (entry == nullptr) {
        owner = file;
        entry = find_member(*node, spot.key);
    }
    const json::Node* place = entry == nullptr ? node : &owner->document.at(entry->node);
    const auto i = static_cast<std::size_t>(spot.index);
    if (spot.index >= 0 && place->kind == json::Kind::Array && i < place->elements.size()) {
        place = &owner->document.at(place->elements[i]);
    }
    const std::size_t offset = spot.is_name && entry != nullptr ? entry->key_offset : place->offset;
    Diagnostic diagnostic = diagnostic_at(*owner, *place, offset, std::move(rule));
    diagnostic.message = without_passwords(message);
    diagnostic.hint = std::move(hint);
    return diagnostic;
}

const Reader* Report::find_reader(std::string_view name) const {
    const auto found = std::find_if(readers_.begin(), readers_.end(),
                                    [name](const Reader& one) { return one.name == name; });
    return found == readers_.end() ? nullptr : &*found;
}

void Report::add(Diagnostic diagnostic) {
    if (diagnostics_.size() < kDiagnosticsMax) {
        diagnostic.message = without_passwords(diagnostic.message);
        diagnostics_.push_back(std::move(diagnostic));
        return;
    }
    ++untold_;
    untold_errors_ += diagnostic.severity == Severity::Error ? 1 : 0;
}

void Report::add_harmless(std::string_view name, Diagnostic place) {
    if (harmless_.empty()) {
        harmless_place_ = std::move(place);
    }
    if (std::find(harmless_.begin(), harmless_.end(), name) == harmless_.end()) {
        harmless_.emplace_back(name);
    }
}

void Report::tell_harmless() {
    if (harmless_.empty()) {
        return;
    }
    Diagnostic diagnostic = std::move(harmless_place_);
    diagnostic.rule = "no-counterpart";
    diagnostic.severity = Severity::Advice;
    for (std::size_t i = 0; i < harmless_.size(); ++i) {
        const bool last = i + 1 == harmless_.size();
        diagnostic.message += (i == 0 ? "" : last ? " and " : ", ") + quoted(harmless_[i]);
    }
    diagnostic.message += (harmless_.size() == 1 ? " has" : " have");
    diagnostic.message += " no counterpart here: clients get the same answers without";
    diagnostic.hint =
        "logs are on standard error (`--log-format json`); `GET /metrics` is part of "
        "the management interface, `extra_config.admin`";
    add(std::move(diagnostic));
}

void Report::close(const std::string& file) {
    tell_harmless();
    if (untold_ == 0) {
        return;
    }
    Diagnostic diagnostic;
    diagnostic.severity = untold_errors_ == 0 ? Severity::Warning : Severity::Error;
    diagnostic.rule = "too-many";
    diagnostic.file = file;
    diagnostic.message = std::to_string(untold_) + " more findings are not listed, " +
                         std::to_string(untold_errors_) + " of them errors";
    diagnostics_.push_back(std::move(diagnostic));
}

Value Value::member(const json::Node::Entry& entry) const {
    return {file, file.document.at(entry.node), entry.key, report};
}

Value Value::element(std::uint32_t index) const {
    return {file, file.document.at(index), {}, report};
}

std::string Value::label() const { return key.empty() ? std::string() : quoted(key) + ": "; }

void Value::error(std::string rule, std::string message, std::string hint) const {
    Diagnostic diagnostic = diagnostic_at(file, node, node.offset, std::move(rule));
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    report.add(std::move(diagnostic));
}

void Value::warn(std::string rule, std::string message, std::string hint) const {
    Diagnostic diagnostic = diagnostic_at(file, node, node.offset, std::move(rule));
    diagnostic.severity = Severity::Warning;
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    report.add(std::move(diagnostic));
}

void Value::wrong_type(std::string_view expected, std::string hint) const {
    error("wrong-type",
          label() + "expected " + std::string(expected) + ", found " + described(node),
          std::move(hint));
}

Diagnostic Value::key_of(const json::Node::Entry& entry, std::string rule) const {
    return diagnostic_at(file, file.document.at(entry.node), entry.key_offset, std::move(rule));
}

void Value::error_at(const json::Node::Entry& entry, std::string rule, std::string message) const {
    Diagnostic diagnostic = key_of(entry, std::move(rule));
    diagnostic.message = std::move(message);
    report.add(std::move(diagnostic));
}

void Value::warn_at(const json::Node::Entry& entry, std::string rule, std::string message,
                    std::string hint) const {
    Diagnostic diagnostic = key_of(entry, std::move(rule));
    diagnostic.severity = Severity::Warning;
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    report.add(std::move(diagnostic));
}

bool is_comment(std::string_view key) {
    return !key.empty() && std::string_view("$@_#").find(key.front()) != std::string_view::npos;
}

std::string quoted(std::string_view text) { return '`' + shortened(text) + '`'; }

std::string described(const json::Node& node) {
    switch (node.kind) {
        case json::Kind::Object:
            return "an object";
        case json::Kind::Array:
            return "a list";
        case json::Kind::String:
            return "the text \"" + shortened(node.text) + '"';
        case json::Kind::Number:
            return "the number " + shortened(node.text);
        case json::Kind::True:
            return "true";
        case json::Kind::False:
            return "false";
        default:
            return "null";
    }
}

}  // namespace aggregator::reading
