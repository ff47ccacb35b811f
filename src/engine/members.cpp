#include "engine/members.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>

namespace aggregator::engine {

namespace {

constexpr std::size_t kFewMembers = 32;

// Length, first and last byte: equal names have equal marks, and few others do.
std::uint32_t mark_of(std::string_view name) {
    if (name.empty()) {
        return 0;
    }
    const auto first = static_cast<unsigned char>(name.front());
    const auto last = static_cast<unsigned char>(name.back());
    return (static_cast<std::uint32_t>(name.size()) << 16U) |
           (static_cast<std::uint32_t>(first) << 8U) | last;
}

// Whether that can be seen by the marks alone; false where two names might be the same.
bool are_distinct(const Members& members) {
    constexpr std::uint32_t kScatter = 0x9E3779B1;  // the golden ratio's part of 2^32
    std::uint64_t seen = 0;
    for (const Member& member : members) {
        const std::uint64_t bit = std::uint64_t{1} << ((mark_of(member.key) * kScatter) >> 26U);
        if (member.escaped || (seen & bit) != 0) {
            return false;
        }
        seen |= bit;
    }
    return true;
}

// For few names without escapes: compares each with each.
void keep_last_of_few(Members& members) {
    std::array<std::uint32_t, kFewMembers> marks;
    std::size_t kept = 0;
    for (const Member& member : members) {
        const std::uint32_t mark = mark_of(member.key);
        std::size_t place = 0;
        while (place < kept && (marks[place] != mark || members[place].key != member.key)) {
            ++place;
        }
        if (place < kept) {
            members[place].value = member.value;
            continue;
        }
        marks[kept] = mark;
        members[kept++] = member;
    }
    members.resize(kept);
}

struct Named {
    std::string_view name;
    std::size_t place;
};

// For many: sorted, so that no choice of names makes it slow; those of one name keep their order.
void keep_last_of_many(Members& members) {
    std::deque<std::string> unescaped;
    std::vector<Named> names;
    names.reserve(members.size());
    for (std::size_t place = 0; place < members.size(); ++place) {
        const Member& member = members[place];
        const bool escaped = member.escaped;
        names.push_back({escaped
                             ? std::string_view(unescaped.emplace_back(json::unescape(member.key)))
                             : member.key,
                         place});
    }
    std::ranges::stable_sort(names, {}, &Named::name);
    std::size_t first = 0;
    for (std::size_t next = 1; next < names.size(); ++next) {
        if (names[next].name != names[first].name) {
            first = next;
            continue;
        }
        // A checked value is never empty: empty marks what goes.
        members[names[first].place].value = members[names[next].place].value;
        members[names[next].place].value = {};
    }
    std::erase_if(members, [](const Member& member) { return member.value.empty(); });
}

// Not inline: what it needs of the stack is not to be set up for members that are distinct.
[[gnu::noinline]] void keep_last_of_alike(Members& members) {
    const bool plain = std::ranges::none_of(members, &Member::escaped);
    if (plain && members.size() <= kFewMembers) {
        keep_last_of_few(members);
    } else {
        keep_last_of_many(members);
    }
}

char* copy(char* out, std::string_view text) {
    std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

char* copy_key(char* out, std::string_view key) {
    *out++ = '"';
    out = copy(out, key);
    *out++ = '"';
    *out++ = ':';
    return out;
}

// Whether a value stands right behind its key, in quotes, with no more between them than a colon.
bool leads_to(std::string_view key, std::string_view value) {
    const char* const end = key.data() + key.size();
    return value.data() == end + 2 && std::memcmp(end, "\":", 2) == 0;
}

std::string_view move_to(char*& next, std::string_view text) {
    const std::string_view moved(next, text.size());
    next = copy(next, text);
    return moved;
}

}  // namespace

void keep_last(Members& members) {
    if (!are_distinct(members)) {
        keep_last_of_alike(members);
    }
}

bool adjoins(std::string_view value, std::string_view key, std::string_view next) {
    // A comma, a quote, the key, a quote, a colon.
    const char* const end = value.data() + value.size();
    return key.data() == end + 2 && std::memcmp(end, ",\"", 2) == 0 && leads_to(key, next);
}

std::size_t object_size(std::span<const Member> members) {
    std::size_t size = members.empty() ? 2 : 1;
    for (const Member& member : members) {
        size += member.key.size() + member.value.size() + 4;
    }
    return size;
}

void write_object(std::span<const Member> members, char* room) {
    *room++ = '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0) {
            *room++ = ',';
        }
        const bool together = leads_to(members[i].key, members[i].value);
        const char* const begin = together ? members[i].key.data() - 1 : members[i].value.data();
        if (!together) {
            room = copy_key(room, members[i].key);
        }
        while (i + 1 < members.size() &&
               adjoins(members[i].value, members[i + 1].key, members[i + 1].value)) {
            ++i;
        }
        const char* const end = members[i].value.data() + members[i].value.size();
        room = copy(room, {begin, static_cast<std::size_t>(end - begin)});
    }
    *room = '}';
}

void append_object(std::string& out, std::span<const Member> members) {
    const std::size_t before = out.size();
    out.resize(before + object_size(members));
    write_object(members, out.data() + before);
}

std::string_view write_object(std::span<const Member> members, Arena& arena) {
    const std::size_t size = object_size(members);
    char* const text = arena.take(size);
    write_object(members, text);
    return {text, size};
}

void keep(Members& members, Arena& arena) {
    std::size_t size = 0;
    for (const Member& member : members) {
        size += member.key.size() + member.value.size();
    }
    char* next = arena.take(size);
    for (Member& member : members) {
        member.key = move_to(next, member.key);
        member.value = move_to(next, member.value);
    }
}

}  // namespace aggregator::engine
