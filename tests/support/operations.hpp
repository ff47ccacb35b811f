#pragma once

#include <string>
#include <utility>
#include <vector>

#include <aggregator/config/manipulation.hpp>

/// The operations of a flatmap_filter.
namespace aggregator::testing {

inline config::FlatmapConfig del(std::vector<std::string> paths) {
    return {config::FlatmapConfig::Kind::Delete, std::move(paths)};
}

inline config::FlatmapConfig move(std::string from, std::string to) {
    return {config::FlatmapConfig::Kind::Move, {std::move(from), std::move(to)}};
}

inline config::FlatmapConfig append(std::string from, std::string to) {
    return {config::FlatmapConfig::Kind::Append, {std::move(from), std::move(to)}};
}

}  // namespace aggregator::testing
