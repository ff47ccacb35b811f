#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace aggregator::lint {

/// A piece of a JSON text.
struct Token {
    enum class Kind : std::uint8_t { Open, Close, Comma, Colon, Scalar, Comment, End };
    Kind kind = Kind::End;
    std::string_view text;     ///< a comment's without white space at its end
    std::size_t newlines = 0;  ///< between the piece in front and this one
};

/// Cuts a JSON text that is known to be sound, comments included, into its pieces. A copy looks
/// ahead. Of a text that was cut short, the last piece is whatever is left of it.
class Tokens {
public:
    explicit Tokens(std::string_view text) : rest_(text) { advance(); }

    [[nodiscard]] const Token& peek() const { return next_; }
    Token take();
    /// The same from here on, without what stands more than `bytes` behind the next piece's begin.
    [[nodiscard]] Tokens within(std::size_t bytes) const;

private:
    void advance();

    std::string_view rest_;  ///< behind the next piece
    Token next_;
};

}  // namespace aggregator::lint
