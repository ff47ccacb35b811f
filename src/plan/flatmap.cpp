#include "plan/flatmap.hpp"

#include <algorithm>

#include <aggregator/base/assert.hpp>
#include <aggregator/json/spans.hpp>

#include "plan/segments.hpp"

namespace aggregator::plan {

namespace {

using Kind = config::FlatmapConfig::Kind;
using Path = std::vector<std::string>;

constexpr std::string_view kAll = "*";

/// Whether a segment can only be a key, and one that is written in JSON as it is here.
bool is_plain_key(const std::string& segment) {
    const bool numbered = !segment.empty() && segment.front() >= '0' && segment.front() <= '9';
    std::string written;
    json::append_string(written, segment);
    return !numbered && written.size() == segment.size() + 2;
}

/// How many segments lead into the list, if the path has keys, one wildcard and keys again.
std::size_t list_depth_of(const Path& path) {
    const auto wildcard = std::ranges::find(path, kAll);
    const bool between = wildcard != path.begin() && path.end() - wildcard > 1;
    const bool one = between && std::find(wildcard + 1, path.end(), kAll) == path.end();
    const bool keys = one && std::ranges::all_of(path, is_plain_key);
    return keys ? static_cast<std::size_t>(wildcard - path.begin()) + 1 : 0;
}

std::size_t list_depth_of(const FlatmapOperation& operation) {
    const std::vector<Path>& paths = operation.paths;
    if (operation.kind == Kind::Append || paths.empty()) {
        return 0;
    }
    const std::size_t depth = list_depth_of(paths.front());
    const bool one_list = std::ranges::all_of(paths, [&](const Path& path) {
        return depth > 0 && list_depth_of(path) == depth &&
               std::equal(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(depth),
                          paths.front().begin());
    });
    const bool inside = operation.kind == Kind::Delete || paths[1].size() == depth + 1 ||
                        paths[1].size() == paths[0].size();
    return one_list && inside ? depth : 0;
}

FlatmapOperation compile_operation(const config::FlatmapConfig& config) {
    FlatmapOperation operation{.kind = config.kind, .paths = {}, .list_depth = 0};
    for (const std::string& path : config.args) {
        operation.paths.push_back(segments_of(path));
    }
    AGG_ASSERT(config.kind == Kind::Delete || operation.paths.size() == 2);
    operation.list_depth = list_depth_of(operation);
    return operation;
}

}  // namespace

Flatmap compile_flatmap(const std::vector<config::FlatmapConfig>& operations) {
    Flatmap flatmap;
    for (const config::FlatmapConfig& config : operations) {
        flatmap.push_back(compile_operation(config));
    }
    return flatmap;
}

}  // namespace aggregator::plan
