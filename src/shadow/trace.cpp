#include "shadow/trace.hpp"

#include <algorithm>

namespace aggregator::shadow {

namespace {

// version-trace-span-flags: 00-<32 digits>-<16 digits>-<2 digits>
constexpr std::size_t kTraceAt = 3;
constexpr std::size_t kTraceDigits = 32;
constexpr std::size_t kSpanAt = kTraceAt + kTraceDigits + 1;
constexpr std::size_t kSpanDigits = 16;
constexpr std::size_t kFlagsAt = kSpanAt + kSpanDigits + 1;
constexpr std::size_t kFlagsDigits = 2;
constexpr std::size_t kLength = kFlagsAt + kFlagsDigits;

bool is_hex(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_named(std::string_view id) {
    return is_hex(id) && id.find_first_not_of('0') != std::string_view::npos;
}

bool is_sound(std::string_view parent) {
    return parent.size() == kLength && parent.starts_with("00-") && parent[kSpanAt - 1] == '-' &&
           parent[kFlagsAt - 1] == '-' && is_named(parent.substr(kTraceAt, kTraceDigits)) &&
           is_named(parent.substr(kSpanAt, kSpanDigits)) && is_hex(parent.substr(kFlagsAt));
}

}  // namespace

std::string random_id(base::Loop& loop) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::uint64_t bits = loop.random();
    bits = bits == 0 ? 1 : bits;
    std::string id(kSpanDigits, '0');
    for (char& digit : id) {
        digit = kDigits[bits & 15u];
        bits >>= 4;
    }
    return id;
}

std::string child_of(std::string_view parent, base::Loop& loop) {
    if (!is_sound(parent)) {
        return {};
    }
    std::string child(parent);
    return child.replace(kSpanAt, kSpanDigits, random_id(loop));
}

}  // namespace aggregator::shadow
