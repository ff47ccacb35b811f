#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <aggregator/base/error.hpp>
#include <aggregator/json/document.hpp>

namespace aggregator::jose {

/// How deep the JSON of tokens and keys may nest.
inline constexpr std::size_t kNestingMax = 32;

/// A JSON object that security depends on: strictly RFC 8259, nested no deeper than kNestingMax,
/// and without two members of one name anywhere, for which of them counts would be a matter of
/// taste (RFC 8725, section 2.4). Immutable.
class Object {
public:
    /// TokenInvalid, with what is wrong.
    [[nodiscard]] static base::Result<Object> parse(std::string_view text);

    [[nodiscard]] const json::Document& document() const { return document_; }
    [[nodiscard]] const json::Node& root() const { return document_.root(); }
    /// Null if the object has no such member.
    [[nodiscard]] const json::Node* find(std::string_view name) const {
        return document_.member(root(), name);
    }

private:
    explicit Object(json::Document document) : document_(std::move(document)) {}

    json::Document document_;
};

/// The text of a member; nothing if there is none, or if it is no text.
[[nodiscard]] std::optional<std::string_view> text_of(const json::Document& document,
                                                      const json::Node& object,
                                                      std::string_view name);

}  // namespace aggregator::jose
