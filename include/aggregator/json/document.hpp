#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/json/spans.hpp>

namespace aggregator::json {

/// A value of a configuration document, with the place where it stands. Owned by its Document.
struct Node {
    struct Entry {
        std::string key;           ///< unescaped
        std::uint32_t key_offset;  ///< of the key's opening quote
        std::uint32_t node;        ///< index, see Document::at
    };
    Kind kind = Kind::Null;
    std::uint32_t offset = 0;    ///< of the value's first byte in the text
    std::uint32_t size = 0;      ///< bytes of the value in the text; 0 if that is no JSON
    std::uint32_t parent = 0;    ///< index; the root is its own parent
    std::string text;            ///< a string's content, unescaped; a number as JSON has it
    std::vector<Entry> members;  ///< of an object, in the order of the file, duplicates kept
    std::vector<std::uint32_t> elements;  ///< of an array
};

/// 1-based, columns in characters (code points), as editors count.
struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
};

/// A failure to read a document.
struct SyntaxError {
    std::size_t offset = 0;
    Position position;    ///< of the offset
    std::string message;  ///< what was expected
    std::string text{};   ///< what was to be read, given back; empty if it is too long
};

/// A JSON text as a tree with places, for files that people write: `//` and `/* */` comments and a
/// trailing comma are accepted. Not for the way of a request. Immutable after parse(). A
/// DocumentBuilder makes one out of a text in another syntax.
class Document {
public:
    /// Longer texts are refused, as are documents of more values or nested more deeply.
    static constexpr std::size_t kBytesMax = 256u << 20;
    static constexpr std::size_t kNodesMax = 4u << 20;
    static constexpr std::size_t kNestingMax = 200;

    [[nodiscard]] static tl::expected<Document, SyntaxError> parse(std::string text);

    [[nodiscard]] const Node& root() const { return nodes_.front(); }
    [[nodiscard]] const Node& at(std::uint32_t index) const { return nodes_[index]; }
    /// The last member of that name (the last of duplicates wins); null if there is none.
    [[nodiscard]] const Node* member(const Node& object, std::string_view key) const;
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] Position position(std::size_t offset) const;
    /// The other way round; the end of the line, or of the text, for a place that is not there.
    [[nodiscard]] std::size_t offset(Position position) const;
    /// The keys and indices from the root to the value; none for the root.
    [[nodiscard]] std::vector<std::string> keys_to(const Node& node) const;
    /// The value's RFC 6901 pointer, e.g. `/endpoints/0/backend/1/url_pattern`; empty for the root.
    [[nodiscard]] std::string pointer(const Node& node) const;
    /// The value as JSON text without white space and comments: numbers as written, strings as
    /// append_string() does.
    [[nodiscard]] std::string compact(const Node& node) const;
    /// What was used that RFC 8259 does not allow: the first comment, the first trailing comma.
    struct Leniency {
        std::size_t offset;
        bool comment;  ///< else a trailing comma
    };
    [[nodiscard]] const std::vector<Leniency>& leniencies() const { return leniencies_; }

private:
    friend class TreeBuilder;
    friend class DocumentBuilder;

    /// Notes where lines begin, once the text is known to be sound.
    void index_lines();
    [[nodiscard]] std::uint32_t characters_before(std::size_t offset) const;

    std::string text_;
    std::vector<Node> nodes_;
    std::vector<Leniency> leniencies_;
    std::vector<std::uint32_t> line_starts_;
    std::vector<std::uint32_t> characters_;  // before each block, so that long lines cost no more
};

/// The position of an offset in any text.
[[nodiscard]] Position position_in(std::string_view text, std::size_t offset);

}  // namespace aggregator::json
