#pragma once

#include <span>
#include <string_view>

#include <aggregator/component/component.hpp>
#include <aggregator/lint/rule.hpp>

namespace aggregator::lint {

/// What this program does otherwise than KrakenD on purpose (its Community Edition, unless the row
/// says Enterprise). The number is stable: people and tools refer to it.
struct Difference {
    int row;
    std::string_view there;  ///< half a sentence about KrakenD
    std::string_view here;   ///< the same about this program
};

/// All differences, in the order of their numbers.
[[nodiscard]] std::span<const Difference> differences();
/// The difference of that number; null if there is none.
[[nodiscard]] const Difference* find_difference(int row);

/// The places of a configuration where one difference shows: the first of them and their number.
class Places {
public:
    /// At a value of the object, or at the object itself if it has no such key.
    void at(const Source& source, Source::Spot spot) {
        if (count_++ == 0) {
            source_ = source;
            spot_ = spot;
        }
    }

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] const Source& source() const { return source_; }
    [[nodiscard]] Source::Spot spot() const { return spot_; }

private:
    std::size_t count_ = 0;
    Source source_;
    Source::Spot spot_ = "";
};

/// Calls `visit(endpoint, section)` for each component of that name at an endpoint.
template <typename Visit>
void for_each_endpoint_section(const Subject& subject, std::string_view name, const Visit& visit) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        for (const reading::Configured& one : endpoint.components) {
            if (one.name == name) {
                visit(endpoint, one);
            }
        }
    }
}

/// Whether the object has that key with `true`.
[[nodiscard]] bool says_true(const Source& object, std::string_view key);

}  // namespace aggregator::lint
