#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/json/spans.hpp>

namespace aggregator::format {

/// A value of a Tree. Its views end with the Tree and with the text that it was made from.
struct TreeValue {
    json::Kind kind = json::Kind::Null;
    bool replaced = false;  ///< a later member of the same object has the same key
    std::string_view key;   ///< of a member, without escapes
    std::string_view text;  ///< a string's content without escapes, a number or literal as written
    std::size_t end = 0;    ///< index behind the value and all that is below it

    [[nodiscard]] bool is_container() const {
        return kind == json::Kind::Object || kind == json::Kind::Array;
    }
};

/// A checked JSON value as the list of its values in the order of the text: what is below a value
/// stands right behind it. Made in one pass, without recursion, so that neither depth nor size
/// costs more than it should; walked in the same way, with a stack of ends.
class Tree {
public:
    explicit Tree(std::string_view checked);

    [[nodiscard]] const TreeValue& operator[](std::size_t index) const { return values_[index]; }
    /// The last member of that name; null if `object` is none or has none.
    [[nodiscard]] const TreeValue* member(const TreeValue& object, std::string_view key) const;
    /// The members or elements directly below a container, without the replaced ones.
    [[nodiscard]] std::vector<const TreeValue*> children(const TreeValue& container) const;
    [[nodiscard]] const TreeValue& root() const { return values_.front(); }

private:
    const char* read_key(const char* at, TreeValue& value);
    const char* read_value(const char* at, const char* end, TreeValue& value);
    const char* read_string(const char* at, std::string_view& text);
    void close(std::size_t container);

    std::vector<TreeValue> values_;
    std::deque<std::string> unescaped_;
    std::vector<std::size_t> scratch_;
};

}  // namespace aggregator::format
