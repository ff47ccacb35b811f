#include "plan/shape.hpp"

#include <algorithm>

#include <aggregator/json/spans.hpp>

#include "plan/flatmap.hpp"
#include "plan/segments.hpp"

namespace aggregator::plan {

namespace {

/// Which of two paths counts when one goes on where the other ends.
enum class Clash { LaterWins, ShorterWins };

void add_path(PathTree& tree, std::string_view path, Clash clash) {
    PathTree* level = &tree;
    bool fresh = true;  // no path ends at `level`
    for (std::string& key : segments_of(path)) {
        if (!fresh && level->branches.empty() && clash == Clash::ShorterWins) {
            return;
        }
        auto branch = std::find_if(level->branches.begin(), level->branches.end(),
                                   [&](const PathTree::Branch& one) { return one.key == key; });
        fresh = branch == level->branches.end();
        if (fresh) {
            branch = level->branches.insert(branch, {.key = std::move(key), .below = {}});
        }
        level = &branch->below;
    }
    level->branches.clear();
}

PathTree tree_of(const std::vector<std::string>& paths, Clash clash) {
    PathTree tree;
    for (const std::string& path : paths) {
        add_path(tree, path, clash);
    }
    return tree;
}

void compile_paths(const config::BackendConfig& backend, Shape& shape) {
    shape.allow = tree_of(backend.allow, Clash::LaterWins);
    if (backend.allow.empty()) {
        shape.deny = tree_of(backend.deny, Clash::ShorterWins);
    }
    for (const auto& [source, name] : backend.mapping) {
        shape.mapping.emplace_back(source, name.substr(0, name.find('.')));
    }
}

}  // namespace

const PathTree::Branch* PathTree::find(std::string_view key) const {
    for (const Branch& branch : branches) {
        if (branch.key == key) {
            return &branch;
        }
    }
    return nullptr;
}

Shape compile_shape(const config::BackendConfig& backend) {
    Shape shape;
    if (backend.encoding == config::Encoding::NoOp) {
        return shape;
    }
    if (!backend.target.empty()) {
        shape.target = segments_of(backend.target);
    }
    if (!backend.group.empty()) {
        json::append_string(shape.group.emplace(), backend.group);
    }
    shape.flatmap = compile_flatmap(backend.flatmap);
    if (shape.flatmap.empty()) {
        compile_paths(backend, shape);
    }
    return shape;
}

}  // namespace aggregator::plan
