#include <aggregator/reading/fields.hpp>

#include <aggregator/reading/unsupported.hpp>
#include "reading/guards.hpp"

namespace aggregator::reading {

namespace {

constexpr std::string_view kIgnored =
    "it is ignored; a key that begins with `$`, `@`, `_` or `#` is a comment";

/// What was meant by the key; empty if there is no telling.
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
    return {};
}

/// As hint_for(), and what is to be written where the key is meant to be left out.
std::string hint_for_refused(std::string hint, const std::string& name) {
    const std::string_view joint = hint.empty() ? "" : hint.ends_with('?') ? " " : "; ";
    return hint.append(joint).append(how_to_allow(name));
}

/// The guard that was meant; null if it protects something else than the component that `object`
/// is.
const Guard* guard_within(const Value& object, std::string_view key,
                          const std::vector<std::string_view>& known) {
    const Guard* const meant = meant_guard(key, known);
    const bool elsewhere = meant != nullptr && is_strict_object(object) &&
                           meant->home.find("extra_config") == std::string_view::npos &&
                           allowed_name(object, {}).size() > 1;
    return elsewhere ? nullptr : meant;
}

/// Tells of a key that was to protect; false if it is none.
bool tell_guard(const Value& object, const json::Node::Entry& entry, std::string_view what,
                const std::vector<std::string_view>& known) {
    const bool strict = is_strict_object(object);
    const Guard* const meant = guard_within(object, entry.key, known);
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
        return tell_stray_protection(object, entry, what);
    }
    Diagnostic diagnostic =
        object.key_of(entry, elsewhere == nullptr ? "unknown-key" : "misplaced-key");
    diagnostic.message = quoted(entry.key) + " is not a key of " + std::string(what) + ": ";
    diagnostic.message += guard == nullptr ? std::string_view("it has no effect") : guard->without;
    diagnostic.hint = hint_for(entry.key, known);
    if (elsewhere != nullptr) {
        diagnostic.hint = "it belongs to " + std::string(elsewhere->home);
    } else if (meant != nullptr && renamed(entry.key).empty() &&
               usual_name(entry.key, known).empty()) {
        diagnostic.hint = "did you mean " + quoted(meant->key) + "?";
    }
    std::string name = guard == nullptr ? allowed_name(object, entry.key) : std::string();
    if (!name.empty()) {
        diagnostic.hint = hint_for_refused(std::move(diagnostic.hint), name);
    }
    refuse_unless_allowed(object, std::move(diagnostic), std::move(name));
    return true;
}

}  // namespace

void warn_unknown(const Value& object, const json::Node::Entry& entry, std::string_view what,
                  const std::vector<std::string_view>& known) {
    if (is_comment(entry.key) || tell_stray_component(object, entry, what) ||
        tell_guard(object, entry, what, known)) {
        return;
    }
    const std::string hint = hint_for(entry.key, known);
    object.warn_at(entry, "unknown-key",
                   quoted(entry.key) + " is not a key of " + std::string(what),
                   hint.empty() ? std::string(kIgnored) : hint);
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
