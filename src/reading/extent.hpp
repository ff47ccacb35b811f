#pragma once

#include <cstdint>

#include <aggregator/reading/source.hpp>

namespace aggregator::reading {

/// How many characters of the line belong to what stands at `offset`: the value itself, or a
/// member's key. 0 if the text does not tell.
[[nodiscard]] std::uint32_t length_of(const File& file, const json::Node& node, std::size_t offset);

}  // namespace aggregator::reading
