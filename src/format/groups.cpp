#include "format/groups.hpp"

#include <algorithm>

namespace aggregator::format {

std::vector<NameGroup> group_by_name(std::vector<NamedPlace>& named) {
    std::ranges::sort(named, [](const NamedPlace& a, const NamedPlace& b) {
        const int order = a.name.compare(b.name);
        return order < 0 || (order == 0 && a.place < b.place);
    });
    std::vector<NameGroup> groups;
    for (std::size_t i = 0; i < named.size(); ++i) {
        if (i > 0 && named[i].name == named[i - 1].name) {
            groups.back().end = i + 1;
        } else {
            groups.push_back({named[i].place, i, i + 1});
        }
    }
    std::ranges::sort(groups, {}, &NameGroup::first_place);
    return groups;
}

}  // namespace aggregator::format
