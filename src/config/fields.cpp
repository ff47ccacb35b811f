#include "config/fields.hpp"

#include <utility>

namespace aggregator::config {

namespace {

/// Keys of older versions of the format, and what they are called now.
constexpr std::pair<std::string_view, std::string_view> kRenamed[] = {
    {"headers_to_pass", "input_headers"},
    {"querystring_params", "input_query_strings"},
    {"whitelist", "allow"},
    {"blacklist", "deny"},
};

std::string hint_for(std::string_view key, const std::vector<std::string_view>& known) {
    for (const auto& [old_name, new_name] : kRenamed) {
        if (key == old_name) {
            return "it is called " + quoted(new_name) + " since version 3";
        }
    }
    if (const auto guess = base::closest(key, known)) {
        return "did you mean " + quoted(*guess) + "?";
    }
    return "it is ignored; a key that begins with `$`, `@`, `_` or `#` is a comment";
}

}  // namespace

void warn_unknown(const Value& object, const json::Node::Entry& entry, std::string_view what,
                  const std::vector<std::string_view>& known) {
    if (is_comment(entry.key)) {
        return;
    }
    object.warn_at(entry, "unknown-key",
                   quoted(entry.key) + " is not a key of " + std::string(what),
                   hint_for(entry.key, known));
}

void warn_later(const Value& value) {
    value.warn("not-in-force", quoted(value.key) + " is understood, but not yet in force",
               "the configuration is served as if it were not written");
}

void check_respelled(const Value& object, const json::Node::Entry& entry,
                     const json::Node::Entry& before) {
    // The same spelling twice has been told by check_duplicates().
    if (before.key != entry.key) {
        object.error_at(entry, "duplicate-key",
                        quoted(entry.key) + " and " + quoted(before.key) + " are the same key");
    }
}

bool is_overridden(const File& over, std::string_view name) {
    return over.document.member(over.document.root(), name) != nullptr;
}

}  // namespace aggregator::config
