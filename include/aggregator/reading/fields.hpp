#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <aggregator/base/assert.hpp>
#include <aggregator/base/text.hpp>

#include <aggregator/reading/value.hpp>

/// An object of the configuration is described by a table: one line a key, with the function that
/// reads its value into a struct. Typing by key, unknown keys, misspellings and keys of features to
/// come are handled here for all of them.
namespace aggregator::reading {

/// One key of an object that becomes a T.
template <typename T>
struct Field {
    std::string_view name;
    void (*read)(const Value& value, T& object);
    /// Whether what was read asks for something that is understood, but not in force yet; null:
    /// never.
    bool (*later)(const T& object) = nullptr;
};

/// For the third column: whatever is written there is not in force yet.
template <typename T>
[[nodiscard]] bool always(const T&) {
    return true;
}

/// For the second column: the value has no place in the configuration.
template <typename T>
void ignore(const Value&, T&) {}

enum class Keys : std::uint8_t {
    Typed,  ///< matched in any case; null is as good as absent
    Exact,  ///< inside `extra_config`
};

/// All keys of an object that becomes a T.
template <typename T>
struct Table {
    std::string_view what;  ///< "a backend", for messages
    Keys keys = Keys::Typed;
    std::span<const Field<T>> fields;
    std::span<const Field<T>> more = {};  ///< those that it has in common with another object
    const File* over = nullptr;           ///< its members stand in the place of the object's own

    static constexpr std::size_t kFieldsMax = 64;

    [[nodiscard]] std::size_t size() const { return fields.size() + more.size(); }
    [[nodiscard]] const Field<T>& at(std::size_t i) const {
        return i < fields.size() ? fields[i] : more[i - fields.size()];
    }
    /// The index of the key's field, or size().
    [[nodiscard]] std::size_t find(std::string_view key) const;
    [[nodiscard]] std::vector<std::string_view> names() const;
};

/// Warns of a key that no table has, with a guess what was meant; not of a comment. It is an error
/// that must not be served if something that protects was meant, by its name or by the object.
void warn_unknown(const Value& object, const json::Node::Entry& entry, std::string_view what,
                  const std::vector<std::string_view>& known);

/// Tells that a value is understood and not supported: an error if it protects.
void warn_later(const Value& value);

/// Refuses a key that differs from an earlier one in the case of its letters alone.
void check_respelled(const Value& object, const json::Node::Entry& entry,
                     const json::Node::Entry& before);

/// Whether a file's root has that member.
[[nodiscard]] bool is_overridden(const File& over, std::string_view name);

template <typename T>
std::size_t Table<T>::find(std::string_view key) const {
    AGG_ASSERT(size() <= kFieldsMax);
    std::size_t i = 0;
    while (i < size() && !(keys == Keys::Exact ? at(i).name == key
                                               : base::equal_ignoring_case(at(i).name, key))) {
        ++i;
    }
    return i;
}

template <typename T>
std::vector<std::string_view> Table<T>::names() const {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < size(); ++i) {
        names.push_back(at(i).name);
    }
    return names;
}

template <typename T>
void read_field(const Value& value, const Field<T>& field, T& object) {
    field.read(value, object);
    if (field.later != nullptr && field.later(object)) {
        warn_later(value);
    }
}

/// Reads the members of the object `value` into `object`; anything but an object is an error.
template <typename T>
void read_fields(const Value& value, const Table<T>& table, T& object) {
    if (value.node.kind != json::Kind::Object) {
        value.wrong_type("an object");
        return;
    }
    std::array<const json::Node::Entry*, Table<T>::kFieldsMax> seen{};
    for (const json::Node::Entry& entry : value.node.members) {
        const std::size_t i = is_comment(entry.key) ? table.size() : table.find(entry.key);
        if (i == table.size()) {
            warn_unknown(value, entry, table.what, table.names());
            continue;
        }
        if (seen[i] != nullptr) {
            check_respelled(value, entry, *seen[i]);
        }
        seen[i] = &entry;
        if (table.over != nullptr && is_overridden(*table.over, table.at(i).name)) {
            continue;
        }
        const Value member = value.member(entry);
        if (table.keys == Keys::Exact || member.node.kind != json::Kind::Null) {
            read_field(member, table.at(i), object);
        }
    }
    if (table.over != nullptr) {
        const Value over{*table.over, table.over->document.root(), {}, value.report};
        for (const json::Node::Entry& entry : over.node.members) {
            read_field(over.member(entry), table.at(table.find(entry.key)), object);
        }
    }
}

}  // namespace aggregator::reading
