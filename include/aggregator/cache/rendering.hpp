#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/cache/entry.hpp>
#include <aggregator/http/message.hpp>

namespace aggregator::cache {

/// What a request asks of an answer that is there: a copy, which outlives the request.
struct Conditions {
    std::optional<std::string> none_match{};      ///< If-None-Match
    std::optional<std::string> modified_since{};  ///< If-Modified-Since
    std::optional<std::string> range{};
    std::optional<std::string> if_range{};
};
[[nodiscard]] Conditions conditions_of(http::Fields request);

/// The bytes that one range asks for (RFC 9110 14.1.2): first and behind the last.
struct ByteRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};
/// Nothing if the text is not one range of bytes. A range without a byte begins at `size`.
[[nodiscard]] std::optional<ByteRange> read_range(std::string_view text, std::uint64_t size);

/// A stored answer as a response: in full, or 304, 206 or 416 where the conditions ask for that.
/// The response views the entry and this object, which is used again and again.
class Rendering {
public:
    /// Headers that are added: the age is given as `Age`, and `status`, if there is one, as
    /// Cache-Status.
    struct Marks {
        Duration age{};
        std::string_view status{};
    };
    [[nodiscard]] http::Response render(const Entry& entry, const Conditions& conditions,
                                        const Marks& marks);

private:
    [[nodiscard]] bool take_range(const Entry& entry, const Conditions& conditions,
                                  http::Response& response);
    void drop_description();

    std::vector<http::Field> fields_;
    std::string age_;
    std::string range_;
};

/// Whether the conditions are those of somebody who has this very answer (RFC 9110 13.2.2).
[[nodiscard]] bool is_known_to(const Entry& entry, const Conditions& conditions);

}  // namespace aggregator::cache
