#include <aggregator/reading/unsupported.hpp>

#include <algorithm>
#include <vector>

#include <aggregator/base/text.hpp>
#include <aggregator/reading/grammar.hpp>

#include "reading/guards.hpp"
#include "reading/protections.hpp"

namespace aggregator::reading {

namespace {

constexpr std::string_view kExtra = "extra_config";
constexpr std::string_view kHomeOfExtra =
    "it belongs to the service, an endpoint or a backend itself";

/// The text of a member whose key is spelled in any case of letters; empty if there is none.
std::string_view text_of(const File& file, const json::Node& object, std::string_view key) {
    for (const json::Node::Entry& entry : object.members) {
        if (base::equal_ignoring_case(entry.key, key)) {
            return file.document.at(entry.node).text;
        }
    }
    return {};
}

std::string path_of(std::string_view written) {
    return written.starts_with('/') ? std::string(written) : '/' + std::string(written);
}

std::string endpoint_title(const File& file, const json::Node& endpoint) {
    const std::string method = upper_case(std::string(text_of(file, endpoint, "method")));
    return (method.empty() ? "GET" : method) + ' ' + path_of(text_of(file, endpoint, "endpoint"));
}

/// Whose traffic an `extra_config` is about.
std::string subject_of(Levels level, const Value& extra) {
    const json::Document& document = extra.file.document;
    const json::Node& object = document.at(extra.node.parent);
    if (level == InEndpoint) {
        return endpoint_title(extra.file, object);
    }
    if (level != InBackend) {
        return "every endpoint";
    }
    const json::Node& list = document.at(object.parent);
    const json::Node& endpoint = list.kind == json::Kind::Array ? document.at(list.parent) : list;
    return "the backend " + path_of(text_of(extra.file, object, "url_pattern")) + " of " +
           endpoint_title(extra.file, endpoint);
}

std::string_view place_of(Levels level) {
    return level == InService    ? "at the service"
           : level == InEndpoint ? "at an endpoint"
                                 : "at a backend";
}

/// The component that an object is, or is part of, and the keys behind it; empty if it is none.
std::vector<std::string> within_component(const Value& object) {
    std::vector<std::string> names = object.file.document.keys_to(object.node);
    const auto extra = std::find_if(names.begin(), names.end(), [](const std::string& one) {
        return base::equal_ignoring_case(one, kExtra);
    });
    if (extra == names.end() || extra + 1 == names.end()) {
        return {};
    }
    names.erase(names.begin(), extra + 1);
    const KnownComponent* const known = find_component(names.front());
    names.front() = known == nullptr ? names.front() : std::string(known->name);
    return names;
}

bool is_harmless(const KnownComponent& component) { return component.without.empty(); }

/// "GET /me would be open to everybody: ", behind which the reason follows.
std::string consequence(const Value& extra, Levels level, std::string_view without) {
    return subject_of(level, extra) + " would be " + std::string(without) + ": ";
}

void tell_unsupported(Levels level, const Value& extra, const json::Node::Entry& entry) {
    const KnownComponent& known = *find_component(entry.key);
    if (is_harmless(known)) {
        if (!extra.report.allowances().cover(known.name)) {
            extra.report.add_harmless(known.name, extra.key_of(entry, {}));
        }
        return;
    }
    Diagnostic diagnostic = extra.key_of(entry, "unsupported-component");
    diagnostic.message =
        consequence(extra, level, known.without) + quoted(entry.key) + " is not supported";
    const std::string instead(known.instead);
    diagnostic.hint = (instead.empty() ? "" : instead + "; ") + how_to_allow(known.name);
    refuse_unless_allowed(extra, std::move(diagnostic), std::string(known.name));
}

void tell_misplaced(Levels level, const Value& extra, const json::Node::Entry& entry) {
    const KnownComponent& known = *find_component(entry.key);
    Diagnostic diagnostic = extra.key_of(entry, "misplaced-component");
    diagnostic.message = consequence(extra, level, known.without) + quoted(entry.key) +
                         " has no effect " + std::string(place_of(level));
    diagnostic.hint = "it belongs to " + home_of(known);
    refuse_unless_allowed(extra, std::move(diagnostic), std::string(known.name));
}

void tell_unknown(Levels level, const Value& extra, const json::Node::Entry& entry) {
    const Meant meant = meant_by(entry.key);
    const std::string_view name =
        meant.component == nullptr ? std::string_view() : meant.component->name;
    const std::string guess = name.empty() ? "" : "did you mean " + quoted(name) + "?";
    if (!meant.without.empty()) {
        Diagnostic diagnostic = extra.key_of(entry, "unknown-component");
        diagnostic.message = consequence(extra, level, meant.without) + quoted(entry.key) +
                             " is no component of this program";
        diagnostic.hint = guess.empty() ? how_to_allow(entry.key) : guess;
        refuse_unless_allowed(extra, std::move(diagnostic), entry.key);
        return;
    }
    if (const Guard* const guard = find_guard(entry.key)) {
        const std::string message = quoted(entry.key) + " has no effect in `extra_config`";
        const std::string hint = "it belongs to " + std::string(guard->home);
        if (guard->without.empty()) {
            return extra.warn_at(entry, "misplaced-key", message, hint);
        }
        Diagnostic diagnostic = extra.key_of(entry, "misplaced-key");
        diagnostic.message = message + ": " + std::string(guard->without);
        diagnostic.hint = hint;
        refuse_unless_allowed(extra, std::move(diagnostic), {});
        return;
    }
    extra.warn_at(entry, "unknown-component",
                  quoted(entry.key) + " is no component of this program",
                  guess.empty() ? "the configuration is served as if it were not written; a key "
                                  "that begins with `$`, `@`, `_` or `#` is a comment"
                                : guess);
}

/// Whether an object of a name that is not known has components in it.
bool holds_components(const json::Node& object) {
    return std::any_of(object.members.begin(), object.members.end(),
                       [](const json::Node::Entry& one) {
                           const KnownComponent* const known = find_component(one.key);
                           return known != nullptr && !is_harmless(*known) &&
                                  known->name.find('/') != std::string_view::npos;
                       });
}

/// Refuses what stands in an object where it has no effect.
void refuse_stray(const Value& object, const json::Node::Entry& entry, std::string message,
                  std::string hint) {
    Diagnostic diagnostic = object.key_of(entry, "misplaced-component");
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    refuse_unless_allowed(object, std::move(diagnostic), {});
}

}  // namespace

std::string how_to_allow(std::string_view name) {
    const std::string written(name);
    return "to start without it: \"@allow_unsupported\": [\"" + written +
           "\"] in the service, or --allow-unsupported " + written;
}

void refuse_unless_allowed(const Value& object, Diagnostic diagnostic, std::string name) {
    if (!name.empty() && object.report.allowances().cover(name)) {
        constexpr std::string_view kWould = " would be ";
        diagnostic.severity = Severity::Warning;
        const std::size_t would = diagnostic.message.find(kWould);
        if (would != std::string::npos) {
            diagnostic.message.replace(would, kWould.size(), " is ");
        }
        diagnostic.message += ", and that is allowed";
        diagnostic.hint.clear();
    } else {
        diagnostic.severity = Severity::Error;
        diagnostic.only_serving = true;
    }
    diagnostic.cause = std::move(name);
    object.report.add(std::move(diagnostic));
}

void tell_idle(Levels level, const Value& extra, const json::Node::Entry& entry) {
    if (is_comment(entry.key)) {
        return;
    }
    const KnownComponent* const known = find_component(entry.key);
    if (known == nullptr) {
        tell_unknown(level, extra, entry);
    } else if ((known->levels & level) == 0 && !is_harmless(*known)) {
        tell_misplaced(level, extra, entry);
    } else {
        tell_unsupported(level, extra, entry);
    }
}

bool tell_stray_component(const Value& object, const json::Node::Entry& entry,
                          std::string_view what) {
    const bool extra = base::equal_ignoring_case(entry.key, kExtra);
    const KnownComponent* known = find_component(entry.key);
    std::string_view without = known == nullptr ? std::string_view() : known->without;
    if (known == nullptr && entry.key.find('/') != std::string::npos) {
        const Meant meant = meant_by(entry.key);
        known = meant.component;
        without = meant.without;
    }
    if (!extra && without.empty()) {
        return false;
    }
    std::string hint = extra              ? std::string(kHomeOfExtra)
                       : known == nullptr ? "components stand in `extra_config`"
                                          : "it belongs to " + home_of(*known);
    refuse_stray(object, entry,
                 quoted(entry.key) + " has no effect in " + std::string(what) + ": " +
                     (extra ? "its components are not in force"
                            : "what it is for would be " + std::string(without)),
                 std::move(hint));
    return true;
}

bool tell_stray_protection(const Value& object, const json::Node::Entry& entry,
                           std::string_view what) {
    if (holds_components(object.file.document.at(entry.node))) {
        refuse_stray(object, entry,
                     quoted(entry.key) + " is not a key of " + std::string(what) +
                         ": its components are not in force",
                     "components stand in `extra_config`");
        return true;
    }
    const Protection* const protection = protection_in(entry.key);
    if (protection == nullptr) {
        return false;
    }
    const std::string meant(protection->meant);
    refuse_stray(object, entry,
                 quoted(entry.key) + " is not a key of " + std::string(what) +
                     ": what it is for would be " + std::string(protection->without),
                 meant.empty() ? "a key that begins with `$`, `@`, `_` or `#` is a comment"
                               : "did you mean the component " + quoted(meant) +
                                     "? It belongs to " + home_of(*find_component(meant)));
    return true;
}

std::string allowed_name(const Value& object, std::string_view key) {
    std::string name;
    for (const std::string& one : within_component(object)) {
        name += one + '.';
    }
    return name.append(key);
}

bool is_strict_object(const Value& object) {
    const std::vector<std::string> component = within_component(object);
    if (!component.empty()) {
        return is_strict(component.front());
    }
    const std::vector<std::string> way = object.file.document.keys_to(object.node);
    return !way.empty() && (base::equal_ignoring_case(way.front(), "tls") ||
                            base::equal_ignoring_case(way.front(), "client_tls"));
}

void tell_unsupported_key(const Value& value, std::string_view without) {
    const Value object{value.file, value.file.document.at(value.node.parent), {}, value.report};
    const Guard* const guard = find_guard(value.key);
    const std::string why(guard == nullptr ? without : guard->without);
    const std::string message =
        quoted(value.key) + " is not supported" + (why.empty() ? "" : ": " + why);
    if (why.empty() && !is_strict_object(object)) {
        value.warn("unsupported-key", message,
                   "the configuration is served as if it were not written");
        return;
    }
    Diagnostic diagnostic = value.source().at({""}, "unsupported-key", message);
    std::string name = allowed_name(object, value.key);
    diagnostic.hint = how_to_allow(name);
    refuse_unless_allowed(value, std::move(diagnostic), std::move(name));
}

}  // namespace aggregator::reading
