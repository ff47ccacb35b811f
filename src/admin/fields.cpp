#include "admin/fields.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <aggregator/base/text.hpp>

namespace aggregator::admin {

namespace {

using json::Kind;

constexpr std::size_t kShownMax = 60;

std::string place_text(json::Position position) {
    return " (line " + std::to_string(position.line) + ", column " +
           std::to_string(position.column) + ")";
}

std::string pointer_to(std::string_view name) {
    std::string pointer = "/";
    for (const char c : name) {
        if (c == '~' || c == '/') {
            pointer += c == '~' ? "~0" : "~1";
        } else {
            pointer += c;
        }
    }
    return pointer;
}

/// The empty object stands for a body that is none, so that its members need no second look.
json::Document parsed(const std::string& body, std::vector<Fault>& faults) {
    auto document = json::Document::parse(body);
    if (!document) {
        const json::SyntaxError& error = document.error();
        faults.push_back({"", "not JSON: " + error.message + place_text(error.position)});
    } else if (!document->leniencies().empty()) {
        const auto& first = document->leniencies().front();
        faults.push_back({"", std::string("not JSON: ") +
                                  (first.comment ? "a comment" : "a comma behind the last value") +
                                  place_text(document->position(first.offset))});
    } else if (document->root().kind != Kind::Object) {
        faults.push_back({"", "expected an object"});
    } else {
        return std::move(*document);
    }
    return std::move(*json::Document::parse("{}"));
}

}  // namespace

Fields::Fields(const std::string& body) : document_(parsed(body, faults_)) {}

void Fields::expect_only(std::initializer_list<std::string_view> names) {
    const std::vector<std::string_view> known(names);
    const auto& members = document_.root().members;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const std::string& key = members[i].key;
        const auto same = [&key](const auto& other) { return other.key == key; };
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            const auto near = base::closest(key, known);
            tell(key, "there is no member of this name here",
                 near ? "did you mean \"" + std::string(*near) + "\"?" : "");
        } else if (std::any_of(members.begin(), members.begin() + static_cast<long>(i), same)) {
            tell(key, "the member stands twice");
        }
    }
}

void Fields::require(std::string_view name) {
    if (sound() && !has(name)) {
        tell(name, "the member is missing");
    }
}

bool Fields::is_null(std::string_view name) const {
    const json::Node* const node = find(name);
    return node != nullptr && node->kind == Kind::Null;
}

std::optional<bool> Fields::truth(std::string_view name) {
    const json::Node* const node = find(name);
    if (node != nullptr && (node->kind == Kind::True || node->kind == Kind::False)) {
        return node->kind == Kind::True;
    }
    static_cast<void>(find(name, Kind::True, "true or false"));
    return std::nullopt;
}

bool Fields::read(std::string_view name, std::string& out) {
    const json::Node* const node = find(name, Kind::String, "a text");
    if (node != nullptr) {
        out = node->text;
    }
    return node != nullptr;
}

bool Fields::read(std::string_view name, double& out, const Bounds& bounds) {
    const json::Node* const node = find(name, Kind::Number, bounds.wanted);
    if (node == nullptr) {
        return false;
    }
    double number = 0;
    const char* const end = node->text.data() + node->text.size();
    const auto result = std::from_chars(node->text.data(), end, number);
    const bool fits = result.ec == std::errc() && result.ptr == end && number >= bounds.low &&
                      number <= bounds.high && (!bounds.whole || number == std::floor(number));
    if (!fits) {
        tell(name, "expected " + std::string(bounds.wanted) + ", found " +
                       node->text.substr(0, kShownMax));
        return false;
    }
    out = number == 0 ? 0 : number;  // not -0
    return true;
}

void Fields::tell(std::string_view name, std::string detail, std::string hint) {
    faults_.push_back({pointer_to(name), std::move(detail), std::move(hint)});
}

const json::Node* Fields::find(std::string_view name) const {
    return document_.member(document_.root(), name);
}

const json::Node* Fields::find(std::string_view name, Kind kind, std::string_view wanted) {
    const json::Node* const node = find(name);
    if (node == nullptr || node->kind == kind) {
        return node;
    }
    std::string shown = document_.compact(*node);
    if (shown.size() > kShownMax) {
        shown = "another value";
    }
    tell(name, "expected " + std::string(wanted) + ", found " + shown);
    return nullptr;
}

}  // namespace aggregator::admin
