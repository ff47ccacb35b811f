#include <aggregator/json/spans.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>

#include "json/lexer.hpp"

namespace aggregator::json {

namespace {

using lexer::between;

/// Everything here walks over text that scan() has accepted, so every string, object and array is
/// known to close, and outside of strings only white space is below or at a space.
const char* space_skip(const char* at) {
    while (*at <= ' ') {
        ++at;
    }
    return at;
}

/// The first quote or backslash.
const char* quote_or_backslash(const char* at, const char* end) {
#ifdef __SSE2__
    while (end - at >= 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        const auto found = static_cast<unsigned>(
            _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                           _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')))));
        if (found != 0) {
            return at + static_cast<unsigned>(std::countr_zero(found));
        }
        at += 16;
    }
#endif
    while (at != end && *at != '"' && *at != '\\') {
        ++at;
    }
    return at;
}

/// A byte is in a set or not.
using Bytes = std::array<bool, 256>;

consteval Bytes bytes_of(std::string_view listed) {
    Bytes bytes{};
    for (const char c : listed) {
        bytes[static_cast<unsigned char>(c)] = true;
    }
    return bytes;
}

constexpr Bytes kStringEnds = bytes_of("\"\\");
constexpr Bytes kScalarEnds = bytes_of(",}] \t\n\r");

/// The first byte of the set; there is one.
inline const char* first_of(const Bytes& set, const char* at) {
    while (!set[static_cast<unsigned char>(*at)]) {
        ++at;
    }
    return at;
}

/// From a string's first byte to its closing quote.
inline const char* closing_quote(const char* at, const char* end) {
    at = quote_or_backslash(at + 1, end);
    while (*at != '"') {
        at = quote_or_backslash(at + 2, end);
    }
    return at;
}

constexpr std::size_t kBlockBytes = 64;

/// Which bytes of a block are what: a bit for each byte, the lowest for the first.
struct Marks {
    std::uint64_t quotes = 0;
    std::uint64_t backslashes = 0;
    std::uint64_t opens = 0;
    std::uint64_t closes = 0;
};

// In ASCII one bit tells a bracket from the brace of the same side.
#ifdef __SSE2__
Marks marks_of(const char* block) {
    Marks marks;
    for (unsigned from = 0; from < kBlockBytes; from += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + from));
        const __m128i braces = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
        const auto where = [from](__m128i text, char wanted) {
            const int hits = _mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8(wanted)));
            return std::uint64_t{static_cast<unsigned>(hits)} << from;
        };
        marks.quotes |= where(bytes, '"');
        marks.backslashes |= where(bytes, '\\');
        marks.opens |= where(braces, '{');
        marks.closes |= where(braces, '}');
    }
    return marks;
}
#else
Marks marks_of(const char* block) {
    Marks marks;
    for (unsigned i = 0; i < kBlockBytes; ++i) {
        const std::uint64_t bit = std::uint64_t{1} << i;
        marks.quotes |= block[i] == '"' ? bit : 0;
        marks.backslashes |= block[i] == '\\' ? bit : 0;
        marks.opens |= (block[i] | 0x20) == '{' ? bit : 0;
        marks.closes |= (block[i] | 0x20) == '}' ? bit : 0;
    }
    return marks;
}
#endif

/// What has to be known of the blocks before one.
struct Carry {
    std::uint64_t escaped = 0;  ///< 1: the block's first byte is
    std::uint64_t inside = 0;   ///< all bits: the block begins inside a string
};

/// Takes away the quotes that are escaped.
void drop_escaped(Marks& marks, Carry& carry) {
    std::uint64_t backslashes = marks.backslashes & ~carry.escaped;
    marks.quotes &= ~carry.escaped;
    carry.escaped = 0;
    while (backslashes != 0) {
        const std::uint64_t backslash = backslashes & (~backslashes + 1);
        const std::uint64_t escaped = backslash << 1;  // none if the backslash is the last byte
        carry.escaped = escaped == 0 ? 1 : 0;
        marks.quotes &= ~escaped;
        backslashes &= ~(backslash | escaped);
    }
}

/// The bytes that are inside strings, opening quotes included.
std::uint64_t inside_strings(std::uint64_t quotes, Carry& carry) {
    for (unsigned shift = 1; shift < kBlockBytes; shift *= 2) {
        quotes ^= quotes << shift;
    }
    const std::uint64_t inside = quotes ^ carry.inside;
    carry.inside = (inside >> (kBlockBytes - 1)) != 0 ? ~std::uint64_t{0} : 0;
    return inside;
}

/// The place behind the byte that closes what `depth` containers are open at the block's begin;
/// nothing if the block does not close it. `depth` is moved on to the block's end.
std::optional<unsigned> close_in(const Marks& marks, std::uint64_t inside, std::size_t& depth) {
    const std::uint64_t opens = marks.opens & ~inside;
    std::uint64_t left = (marks.opens | marks.closes) & ~inside;
    for (; left != 0; left &= left - 1) {
        const auto place = static_cast<unsigned>(std::countr_zero(left));
        depth += ((opens >> place) & 1) * 2 - 1;  // what opens or closes is no branch to be guessed
        if (depth == 0) {
            return place + 1;
        }
    }
    return std::nullopt;
}

// Not inline: what it needs of the stack is not to be set up for other values.
[[gnu::noinline]] const char* container_skip(const char* at, const char* end) {
    Carry carry;
    std::size_t depth = 0;
    char rest[kBlockBytes];
    for (;; at += kBlockBytes) {
        const auto left = static_cast<std::size_t>(end - at);
        if (left < kBlockBytes) {
            std::memset(rest, ' ', kBlockBytes);
            std::memcpy(rest, at, left);
        }
        Marks marks = marks_of(left < kBlockBytes ? rest : at);
        if ((marks.backslashes | carry.escaped) != 0) {
            drop_escaped(marks, carry);
        }
        const std::uint64_t inside = inside_strings(marks.quotes, carry);
        if (const auto closed = close_in(marks, inside, depth)) {
            return at + *closed;
        }
    }
}

inline const char* value_skip(const char* at, const char* end) {
    if (*at == '"') {
        return closing_quote(at, end) + 1;
    }
    if (*at == '{' || *at == '[') {
        return container_skip(at, end);
    }
    return first_of(kScalarEnds, at);
}

/// Calls `value_end(key, at, end)` for each member, with the first byte of its value.
template <typename ValueEnd>
std::size_t each_member(std::string_view object, std::vector<Member>& members, ValueEnd value_end) {
    members.clear();
    const char* const end = object.data() + object.size();
    const char* at = space_skip(object.data() + 1);
    while (*at != '}') {
        // Keys are short, and the same come again and again: the processor guesses where they end,
        // and goes on before a block of bytes would have been compared.
        const char* const plain = first_of(kStringEnds, at + 1);
        const bool escaped = *plain != '"';
        const char* const key_end = escaped ? closing_quote(at, end) : plain;
        const std::string_view key = between(at + 1, key_end);
        const char* const value = space_skip(space_skip(key_end + 1) + 1);  // around the colon
        at = value_end(key, value, end);
        members.push_back({key, between(value, at), escaped});
        at = space_skip(at);
        at = *at == ',' ? space_skip(at + 1) : at;
    }
    return static_cast<std::size_t>(at + 1 - object.data());
}

}  // namespace

std::size_t members_of(std::string_view object, std::vector<Member>& members) {
    return each_member(object, members, [](std::string_view, const char* at, const char* end) {
        return value_skip(at, end);
    });
}

std::size_t members_of(std::string_view object, std::vector<Member>& members, Within& within) {
    within.object = nullptr;
    return each_member(object, members,
                       [&within](std::string_view key, const char* at, const char* end) {
                           if (*at != '{' || key != within.key) {
                               return value_skip(at, end);
                           }
                           within.object = at;
                           return at + members_of(between(at, end), *within.members);
                       });
}

void elements_of(std::string_view array, std::vector<std::string_view>& elements) {
    elements.clear();
    for (ElementCursor each(array); !each.at_end();) {
        elements.push_back(each.next());
    }
}

ElementCursor::ElementCursor(std::string_view array)
    : at_(space_skip(array.data() + 1)), end_(array.data() + array.size()) {}

void ElementCursor::skip(std::size_t bytes) {
    at_ = space_skip(at_ + bytes);
    at_ = *at_ == ',' ? space_skip(at_ + 1) : at_;
}

std::string_view ElementCursor::next() {
    const std::string_view element = between(at_, value_skip(at_, end_));
    skip(element.size());
    return element;
}

}  // namespace aggregator::json
