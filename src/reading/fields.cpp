#include <aggregator/reading/fields.hpp>

#include <aggregator/reading/unsupported.hpp>
#include "reading/guards.hpp"

namespace aggregator::reading {

namespace {

std::string hint_for(std::string_view key, const std::vector<std::string_view>& known) {
    if (const std::string_view now = renamed(key); !now.empty()) {
        return "it is called " + quoted(now) + " since version 3";
    }
    if (const std::string_view here = usual_name(key, known); !here.empty()) {
        return "it is called " + quoted(here) + " here";
    }
    if (const auto guess = meant_key(key, known)) {
        return "did you mean " + quoted(*guess) + "?";
    }
    return "it is ignored; a key that begins with `$`, `@`, `_` or `#` is a comment";
}

/// Tells of a key that was to protect; false if it is none.
bool tell_guard(const Value& object, const json::Node::Entry& entry, std::string_view what,
                const std::vector<std::string_view>& known) {
    const bool strict = is_strict_object(object);
    const Guard* const meant = meant_guard(entry.key, known);
    const Guard* elsewhere = meant == nullptr ? find_guard(entry.key) : nullptr;
    if (elsewhere != nullptr && elsewhere->without.empty()) {
        if (!strict) {
            object.warn_at(entry, "misplaced-key",
                           quoted(entry.key) + " is not a key of " + std::string(what),
                           "it belongs to " + std::string(elsewhere->home));
            return true;
        }
        elsewhere = nullptr;
    }
    const Guard* const guard = meant == nullptr ? elsewhere : meant;
    if (guard == nullptr && !strict) {
        return false;
    }
    Diagnostic diagnostic =
        object.key_of(entry, elsewhere == nullptr ? "unknown-key" : "misplaced-key");
    diagnostic.message = quoted(entry.key) + " is not a key of " + std::string(what) + ": ";
    diagnostic.message += guard == nullptr ? std::string_view("it has no effect") : guard->without;
    diagnostic.hint = hint_for(entry.key, known);
    if (elsewhere != nullptr) {
        diagnostic.hint = "it belongs to " + std::string(elsewhere->home);
    } else if (meant != nullptr && renamed(entry.key).empty()) {
        diagnostic.hint = "did you mean " + quoted(meant->key) + "?";
    }
    const bool may_be_allowed = guard == nullptr;
    refuse_unless_allowed(object, std::move(diagnostic),
                          may_be_allowed ? allowed_name(object, entry.key) : std::string());
    return true;
}

}  // namespace

void warn_unknown(const Value& object, const json::Node::Entry& entry, std::string_view what,
                  const std::vector<std::string_view>& known) {
    if (is_comment(entry.key) || tell_stray_component(object, entry, what) ||
        tell_guard(object, entry, what, known)) {
        return;
    }
    object.warn_at(entry, "unknown-key",
                   quoted(entry.key) + " is not a key of " + std::string(what),
                   hint_for(entry.key, known));
}

void warn_later(const Value& value) { tell_unsupported_key(value, {}); }

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

}  // namespace aggregator::reading
