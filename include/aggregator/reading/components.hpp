#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Every component that the format has, in one table. Whether one is in force is not written here:
/// it is if the service, an endpoint or a backend reads it (the spans of read_components()).
namespace aggregator::reading {

/// Where components may stand, as bits.
enum Levels : std::uint8_t { InService = 1, InEndpoint = 2, InBackend = 4, InAgent = 8 };

struct KnownComponent {
    std::string_view name;
    std::uint8_t levels;  ///< where it has a meaning
    /// What its endpoint or backend would be without it, behind "would be"; empty: the same.
    std::string_view without = {};
    std::string_view older = {};    ///< a name that it had long ago
    std::string_view instead = {};  ///< what to use instead, as a hint
};

[[nodiscard]] std::span<const KnownComponent> components();

/// The component of that name, short or older; null if there is none.
[[nodiscard]] const KnownComponent* find_component(std::string_view name);

/// What a name stands for that no component has: of a misspelt, invented or older component, or of
/// none.
struct Meant {
    const KnownComponent* component = nullptr;  ///< the one that was meant, if that can be guessed
    /// As KnownComponent::without; empty if nothing tells that it is to protect or to answer
    /// something.
    std::string_view without;
};
[[nodiscard]] Meant meant_by(std::string_view name);

/// Whether all that a component has is to be understood: it is of a family that protects, or says
/// what gets to somebody else.
[[nodiscard]] bool is_strict(std::string_view component);

/// "`extra_config` of the service or of an endpoint".
[[nodiscard]] std::string home_of(const KnownComponent& component);

}  // namespace aggregator::reading
