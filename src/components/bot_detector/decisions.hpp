#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aggregator::components {

/// The last decisions of one worker, by User-Agent: so many at most, the one that was not asked for
/// the longest makes room. Memory grows with what is remembered, and is used again from then on.
class Decisions {
public:
    /// Longer names are not remembered: what clients send does not decide how much memory is held.
    static constexpr std::size_t kNameBytesMax = 512;

    /// `seed` keeps clients from choosing names that hash alike.
    Decisions(std::uint32_t capacity, std::uint64_t seed);

    enum class Verdict : std::uint8_t { Welcome, Bot };

    [[nodiscard]] std::optional<Verdict> find(std::string_view name);
    /// Of a name that find() did not find.
    void remember(std::string_view name, Verdict verdict);
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

private:
    using Index = std::uint32_t;
    static constexpr Index kNone = ~Index{0};

    struct Entry {
        std::string name;
        Index bucket = 0;
        Index next_alike = kNone;  ///< in the same bucket
        Index newer = kNone;
        Index older = kNone;
        Verdict verdict{};
    };

    [[nodiscard]] Index bucket_of(std::string_view name) const;
    void link_newest(Index index);
    void unlink(Index index);
    /// The oldest entry, taken out of everything.
    [[nodiscard]] Index evicted();

    std::uint32_t capacity_;
    std::uint64_t seed_;
    std::vector<Index> buckets_;  // the first entry of each; as many as a power of two
    std::vector<Entry> entries_;
    Index newest_ = kNone;
    Index oldest_ = kNone;
};

}  // namespace aggregator::components
