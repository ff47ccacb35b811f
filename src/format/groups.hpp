#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace aggregator::format {

/// Something that has a name and stood at a place of its list.
struct NamedPlace {
    std::string_view name;
    std::size_t place;
};

/// Those of one name: a range of the sorted list.
struct NameGroup {
    std::size_t first_place;
    std::size_t begin;
    std::size_t end;
};

/// Sorts by name and, among equals, by place. The groups come in the order of their first places.
[[nodiscard]] std::vector<NameGroup> group_by_name(std::vector<NamedPlace>& named);

}  // namespace aggregator::format
