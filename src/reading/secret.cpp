#include <aggregator/reading/secret.hpp>

#include <cstdlib>
#include <optional>

#include <aggregator/reading/files.hpp>

namespace aggregator::reading {

namespace {

constexpr std::string_view kForms = R"(a text, {"file": "path"} or {"env": "NAME"})";

void without_line_end(std::string& text) {
    if (!text.empty() && text.back() == '\n') {
        text.pop_back();
        if (!text.empty() && text.back() == '\r') {
            text.pop_back();
        }
    }
}

std::optional<std::string> from_file(const Value& value) {
    const std::string path = located_file(value);
    auto text = read_file(path);
    if (!text) {
        value.error("unreadable-file", "cannot read " + quoted(path) + ": " + text.error().detail);
        return std::nullopt;
    }
    without_line_end(*text);
    if (text->size() > Secret::kBytesMax) {
        value.error("bad-value", quoted(path) + " has more than 64 KiB: too much for a secret");
        return std::nullopt;
    }
    return *std::move(text);
}

std::optional<std::string> from_environment(const Value& value) {
    const std::string name(value.node.text);
    const char* const text = std::getenv(name.c_str());
    if (text == nullptr) {
        value.error(
            "bad-value",
            value.label() + "the variable " + quoted(name) + " of the environment is not set",
            "set it where the program is started");
        return std::nullopt;
    }
    return std::string(text);
}

/// What `{"file": ...}` or `{"env": ...}` stands for; nothing if that was told.
std::optional<std::string> from_elsewhere(const Value& value) {
    if (value.node.members.size() != 1) {
        value.error("wrong-type", value.label() + "expected " + std::string(kForms) +
                                      ", found an object with " +
                                      std::to_string(value.node.members.size()) + " members");
        return std::nullopt;
    }
    const json::Node::Entry& entry = value.node.members.front();
    const Value member = value.member(entry);
    const bool is_file = entry.key == "file";
    if (!is_file && entry.key != "env") {
        value.error_at(
            entry, "unknown-key",
            quoted(entry.key) + " says not where the secret is: expected " + std::string(kForms));
        return std::nullopt;
    }
    if (member.node.kind != json::Kind::String || member.node.text.empty()) {
        member.error("wrong-type", member.label() + "expected " +
                                       (is_file ? "the path of a file" : "the name of a variable") +
                                       ", found " + described_secret(member));
        return std::nullopt;
    }
    return is_file ? from_file(member) : from_environment(member);
}

}  // namespace

std::string described_secret(const Value& value) {
    switch (value.node.kind) {
        case json::Kind::String:
            return value.node.text.empty() ? "an empty text" : "a text";
        case json::Kind::Number:
            return "a number";
        case json::Kind::Object:
            return "an object";
        case json::Kind::Array:
            return "a list";
        case json::Kind::Null:
            return "null";
        default:
            return "true or false";
    }
}

void strict::read(const Value& value, Secret& secret) {
    std::optional<std::string> text;
    if (value.node.kind == json::Kind::String) {
        text = std::string(value.node.text);
    } else if (value.node.kind == json::Kind::Object) {
        text = from_elsewhere(value);
    } else {
        value.error("wrong-type", value.label() + "expected " + std::string(kForms) + ", found " +
                                      described_secret(value));
    }
    if (!text) {
        return;
    }
    if (text->empty()) {
        return value.error("bad-value", value.label() + "the secret is empty");
    }
    if (text->find('\0') != std::string::npos) {
        return value.error("bad-value", value.label() + "the secret has a zero byte in it");
    }
    secret = Secret(*std::move(text));
}

}  // namespace aggregator::reading
