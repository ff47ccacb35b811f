#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/error.hpp>

namespace aggregator::json {

using base::Result;

/// A member of an object: views into the text that was scanned.
struct Member {
    std::string_view key;    ///< between the quotes, escapes as written
    std::string_view value;  ///< from its first byte to its last, untouched
    bool escaped = false;    ///< the key has escapes: compare unescape(key)
};

enum class Kind : unsigned char { Object, Array, String, Number, True, False, Null };

/// The first JSON value of a text, checked and noted.
struct Root {
    Kind kind = Kind::Null;
    std::string_view value;  ///< the whole value; what follows it in the text was not looked at
};

/// How deep arrays and objects may nest.
inline constexpr std::size_t kDepthMax = 10000;

/// Checks the first JSON value of `text` strictly by RFC 8259 (UTF-8 included) in one pass, and
/// notes the members of a root object in `members`, which is emptied first and may be used again
/// and again. Duplicate keys are noted as they stand. Fails with BadJson and a sentence that says
/// where and what; an empty text is a failure.
[[nodiscard]] Result<Root> scan(std::string_view text, std::vector<Member>& members);

/// The members of an object that scan() has already checked; nothing is checked again. Returns how
/// many bytes the object has: the text may go on behind it.
std::size_t members_of(std::string_view object, std::vector<Member>& members);

/// An object within an object whose members are read in the same pass.
struct Within {
    std::string_view key;          ///< as written, without escapes
    std::vector<Member>* members;  ///< of the last member of that key that is an object
    const char* object = nullptr;  ///< set to its first byte; null if there is none
};
/// The same.
std::size_t members_of(std::string_view object, std::vector<Member>& members, Within& within);

/// The values of an array that scan() has already checked; nothing is checked again.
void elements_of(std::string_view array, std::vector<std::string_view>& elements);

/// Goes through the elements of an array that scan() has already checked, for a reader that may
/// find out by itself where they end. Borrows the array.
class ElementCursor {
public:
    explicit ElementCursor(std::string_view array);

    [[nodiscard]] bool at_end() const { return *at_ == ']'; }
    /// The text from the element's first byte on, with all that is behind it.
    [[nodiscard]] std::string_view rest() const {
        return {at_, static_cast<std::size_t>(end_ - at_)};
    }
    /// Goes on behind the element, of which the reader knows how many bytes it has.
    void skip(std::size_t bytes);
    /// Goes on behind the element and returns it.
    std::string_view next();

private:
    const char* at_;  ///< the element, or the closing bracket
    const char* end_;
};

/// What a checked value is, by its first byte.
[[nodiscard]] Kind kind_of(std::string_view value);

/// The text between a checked string's quotes without its escapes, in UTF-8; a lone surrogate
/// becomes U+FFFD.
[[nodiscard]] std::string unescape(std::string_view inner);

/// Whether a member bears the name `name` (plain text).
[[nodiscard]] inline bool named(const Member& member, std::string_view name) {
    return member.escaped ? unescape(member.key) == name : member.key == name;
}

/// The text with U+FFFD in the place of each byte that is not UTF-8; nothing if all of it is.
[[nodiscard]] std::optional<std::string> repair_utf8(std::string_view text);

/// Appends plain text as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD.
void append_string(std::string& out, std::string_view text);

}  // namespace aggregator::json
