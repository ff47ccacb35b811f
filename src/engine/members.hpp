#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/json/spans.hpp>

#include "engine/arena.hpp"

namespace aggregator::engine {

using json::Member;
using Members = std::vector<Member>;

/// Leaves one member of each name. It stands where the first of them stood and has the value of the
/// last. Names are compared as text: `"a"` and `"\u0061"` are
/// the same.
void keep_last(Members& members);

/// How many bytes append_object() writes.
[[nodiscard]] std::size_t object_size(std::span<const Member> members);

/// Whether a member's key and value stand in the same text right behind another member's value,
/// with no more between them than there has to be: all of it can be copied at once.
[[nodiscard]] bool adjoins(std::string_view value, std::string_view key, std::string_view next);

/// Writes the object that has these members to where there are object_size() bytes of room.
void write_object(std::span<const Member> members, char* room);

/// Appends the object that has these members, compact but for what stands inside their values.
void append_object(std::string& out, std::span<const Member> members);

/// The same text, in the arena.
[[nodiscard]] std::string_view write_object(std::span<const Member> members, Arena& arena);

/// Moves the bytes of all names and values into the arena.
void keep(Members& members, Arena& arena);

}  // namespace aggregator::engine
