#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <aggregator/base/error.hpp>

namespace aggregator::plan {

/// Regular expressions of RE2 that a text is compared with all at once, in time linear to the text.
/// It is filled, closed once, and immutable from then on: then safe from any thread. Copies share
/// what was compiled.
class PatternSet {
public:
    static constexpr std::size_t kPatternBytesMax = 8192;

    enum class Match : std::uint8_t {
        Anywhere,  ///< in a part of the text, with case
        Whole,     ///< the text from its beginning to its end, without case
    };

    explicit PatternSet(Match match);

    /// Fails with BadConfiguration if it is no expression, too long or too complex: the detail says
    /// which. Nothing is added then.
    [[nodiscard]] base::Result<void> add(const std::string& pattern);
    /// To be called behind the last add(), and before anything is matched. Fails with
    /// BadConfiguration if all of them together are too large.
    [[nodiscard]] base::Result<void> close();

    /// Whether the text fits one of them. Bytes that are not UTF-8 are taken for U+FFFD.
    [[nodiscard]] bool matches(std::string_view text) const;
    [[nodiscard]] bool empty() const;

private:
    struct Compiled;
    std::shared_ptr<Compiled> compiled_;
};

}  // namespace aggregator::plan
