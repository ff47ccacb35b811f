#pragma once

#include <string>
#include <string_view>

#include <aggregator/reading/components.hpp>
#include <aggregator/reading/value.hpp>

/// What is written and not in force: whether it keeps the program from starting, and what it means
/// for the traffic.
namespace aggregator::reading {

/// A member of an `extra_config` that nothing reads there: unknown, misplaced or not supported.
void tell_idle(Levels level, const Value& extra, const json::Node::Entry& entry);

/// The same of a key that is the name of a component, or `extra_config`, in another object; false
/// if it is none.
[[nodiscard]] bool tell_stray_component(const Value& object, const json::Node::Entry& entry,
                                        std::string_view what);

/// The same of a key that nothing knows and that is to protect: its words say so, such as
/// `rate_limit`, or it holds components as `extra_config` does.
[[nodiscard]] bool tell_stray_protection(const Value& object, const json::Node::Entry& entry,
                                         std::string_view what);

/// What to write where a component or key is meant to be left out.
[[nodiscard]] std::string how_to_allow(std::string_view name);

/// A key that the format has and this program does not. `component.key` may be allowed.
void tell_unsupported_key(const Value& value, std::string_view without);

/// What `@allow_unsupported` calls a key: `component.key`, or the key alone outside of components.
[[nodiscard]] std::string allowed_name(const Value& object, std::string_view key);

/// Whether every key of the object has to be understood.
[[nodiscard]] bool is_strict_object(const Value& object);

/// Adds an error of what must not be served, or a warning if its name may be left out.
void refuse_unless_allowed(const Value& object, Diagnostic diagnostic, std::string name);

}  // namespace aggregator::reading
