#include "plan/flatmap.hpp"

#include <aggregator/base/assert.hpp>

#include "plan/segments.hpp"

namespace aggregator::plan {

namespace {

using Kind = config::FlatmapConfig::Kind;

FlatmapOperation compile_operation(const config::FlatmapConfig& config) {
    FlatmapOperation operation{.kind = config.kind, .paths = {}};
    for (const std::string& path : config.args) {
        operation.paths.push_back(segments_of(path));
    }
    AGG_ASSERT(config.kind == Kind::Delete || operation.paths.size() == 2);
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
