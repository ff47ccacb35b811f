#pragma once

#include <span>
#include <string_view>

#include <aggregator/reading/components.hpp>
#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/unsupported.hpp>

/// The components of `extra_config`, each known by a short name and some by an older one too.
namespace aggregator::reading {

/// The short name of a component that may be written by its older name.
[[nodiscard]] std::string_view short_name(std::string_view name);

/// Whether the object has the component in its short spelling, beside which the older one does not
/// count.
[[nodiscard]] bool has_short(const Value& extra, std::string_view name);

/// Warns of a component in its older spelling that stands beside the short one.
void warn_overruled(const Value& extra, const json::Node::Entry& entry);

/// Advises the short name of a component in its older spelling, which counts.
void advise_short(const Value& extra, const json::Node::Entry& entry);

/// Reads a component that stands in a folder of its own.
void put_component(const Reader& reader, Levels level, const Value& value,
                   std::vector<Configured>& components);

/// Lets the components of the service or of an endpoint report what does not fit the rest of it.
void check_components(const Value& value, const Beside& beside);

/// Reads the components of an `extra_config` that `in_force` names, and tells of all others: what
/// is not supported there is what is not in `in_force`.
template <typename T>
void read_components(Levels level, const Value& extra, std::span<const Field<T>> in_force,
                     T& object) {
    if (extra.node.kind != json::Kind::Object) {
        extra.wrong_type("an object");
        return;
    }
    for (const json::Node::Entry& entry : extra.node.members) {
        const std::string_view name = short_name(entry.key);
        if (name != entry.key && has_short(extra, name)) {
            warn_overruled(extra, entry);
            continue;
        }
        std::size_t i = 0;
        while (i < in_force.size() && in_force[i].name != name) {
            ++i;
        }
        const Reader* const reader = extra.report.find_reader(name);
        const bool is_read = reader != nullptr && (reader->levels & level) != 0;
        if (i == in_force.size() && !is_read) {
            tell_idle(level, extra, entry);
            continue;
        }
        if (name != entry.key) {
            advise_short(extra, entry);
        }
        if (i < in_force.size()) {
            read_field(extra.member(entry), in_force[i], object);
        } else {
            put_component(*reader, level, extra.member(entry), object.components);
        }
    }
}

}  // namespace aggregator::reading
