#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <aggregator/plan/plan.hpp>

#include "engine/members.hpp"

namespace aggregator::engine::cost {

// In the operations that a WorkBudget counts, measured where they take longest.

inline constexpr std::uint64_t kDeflatedByte = 10;  ///< of gzip
inline constexpr std::uint64_t kInflatedByte = 3;   ///< that gzip is undone to
inline constexpr std::uint64_t kLateByte = 5;       ///< of a value that goes into a later request
inline constexpr std::uint64_t kMember = 75;        ///< looked for among the others of its object
inline constexpr std::uint64_t kNode = 60;          ///< made of a tree's value
inline constexpr std::uint64_t kVisit = 20;         ///< of a node that is there

/// Of reading a body by its encoding.
[[nodiscard]] std::uint64_t reading(config::Encoding encoding, std::string_view body);
/// Of reading checked JSON once more, or of writing it.
[[nodiscard]] std::uint64_t passing(std::string_view json);
/// Of keeping the last of each name.
[[nodiscard]] inline std::uint64_t keeping(std::span<const Member> members) {
    return members.size() * kMember;
}
/// Of writing a reply's root.
[[nodiscard]] std::uint64_t rendering(plan::Output output, std::span<const Member> root);

}  // namespace aggregator::engine::cost
