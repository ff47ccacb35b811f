#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace aggregator::config {

/// One operation of a `flatmap_filter`.
struct FlatmapConfig {
    enum class Kind : std::uint8_t { Move, Append, Delete };
    Kind kind = Kind::Delete;
    std::vector<std::string> args;  ///< dotted paths; two of them for Move and Append

    friend bool operator==(const FlatmapConfig&, const FlatmapConfig&) = default;
};

/// `extra_config.proxy.static` of an endpoint.
struct StaticConfig {
    enum class Strategy : std::uint8_t { Always, Success, Errored, Complete, Incomplete };
    Strategy strategy = Strategy::Always;
    /// Root keys and their values, as compact JSON text, in the order of the file.
    std::vector<std::pair<std::string, std::string>> data;

    friend bool operator==(const StaticConfig&, const StaticConfig&) = default;
};

}  // namespace aggregator::config
