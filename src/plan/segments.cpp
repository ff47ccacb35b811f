#include "plan/segments.hpp"

#include <algorithm>

namespace aggregator::plan {

std::vector<std::string> segments_of(std::string_view path) {
    std::vector<std::string> segments;
    for (std::size_t from = 0; from <= path.size();) {
        const std::size_t dot = std::min(path.find('.', from), path.size());
        segments.emplace_back(path.substr(from, dot - from));
        from = dot + 1;
    }
    return segments;
}

}  // namespace aggregator::plan
