#include <aggregator/json/spans.hpp>

#include "json/lexer.hpp"

namespace aggregator::json {

namespace {

using lexer::space_end;

/// Everything here walks over text that scan() has accepted, so every string, object and array is
/// known to close.
const char* string_skip(const char* at, const char* end) {
    ++at;
    for (;;) {
        at = lexer::plain_end(at, end);
        if (*at == '"') {
            return at + 1;
        }
        at += *at == '\\' ? 2 : 1;
    }
}

#ifdef __SSE2__
/// The next quote, brace or bracket.
const char* structure_start(const char* at, const char* end) {
    while (end - at >= 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        // One bit tells a bracket from the brace of the same side.
        const __m128i braces = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
        const __m128i sides = _mm_or_si128(_mm_cmpeq_epi8(braces, _mm_set1_epi8('{')),
                                           _mm_cmpeq_epi8(braces, _mm_set1_epi8('}')));
        const __m128i hits = _mm_or_si128(sides, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
        if (const int found = _mm_movemask_epi8(hits); found != 0) {
            return at + __builtin_ctz(static_cast<unsigned>(found));
        }
        at += 16;
    }
    while (*at != '"' && (*at | 0x20) != '{' && (*at | 0x20) != '}') {
        ++at;
    }
    return at;
}
#else
const char* structure_start(const char* at, const char*) {
    while (*at != '"' && (*at | 0x20) != '{' && (*at | 0x20) != '}') {
        ++at;
    }
    return at;
}
#endif

const char* container_skip(const char* at, const char* end) {
    std::size_t depth = 0;
    for (;;) {
        at = structure_start(at, end);
        if (*at == '"') {
            at = string_skip(at, end);
            continue;
        }
        const bool opens = (*at | 0x20) == '{';
        depth = opens ? depth + 1 : depth - 1;
        ++at;
        if (depth == 0) {
            return at;
        }
    }
}

const char* value_skip(const char* at, const char* end) {
    switch (lexer::class_of(*at)) {
        case lexer::Class::Quote:
            return string_skip(at, end);
        case lexer::Class::Open:
            return container_skip(at, end);
        default:
            break;
    }
    while (*at != ',' && *at != '}' && lexer::class_of(*at) != lexer::Class::Space) {
        ++at;
    }
    return at;
}

std::string_view between(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

void members_of(std::string_view object, std::vector<Member>& members) {
    members.clear();
    const char* const end = object.data() + object.size();
    const char* at = space_end(object.data() + 1, end);
    while (*at != '}') {
        const char* const key_end = string_skip(at, end);
        Member member;
        member.key = between(at + 1, key_end - 1);
        member.escaped = member.key.find('\\') != std::string_view::npos;
        // Behind the key: white space, the colon, white space.
        at = space_end(space_end(key_end, end) + 1, end);
        const char* const value_end = value_skip(at, end);
        member.value = between(at, value_end);
        members.push_back(member);
        at = space_end(value_end, end);
        at = *at == ',' ? space_end(at + 1, end) : at;
    }
}

}  // namespace aggregator::json
