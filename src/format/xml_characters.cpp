#include "format/xml_characters.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <aggregator/base/utf8.hpp>

namespace aggregator::format {

namespace {

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

// Productions 4 and 4a.
constexpr std::array kStarts = {
    Range{':', ':'},       Range{'A', 'Z'},       Range{'_', '_'},       Range{'a', 'z'},
    Range{0xC0, 0xD6},     Range{0xD8, 0xF6},     Range{0xF8, 0x2FF},    Range{0x370, 0x37D},
    Range{0x37F, 0x1FFF},  Range{0x200C, 0x200D}, Range{0x2070, 0x218F}, Range{0x2C00, 0x2FEF},
    Range{0x3001, 0xD7FF}, Range{0xF900, 0xFDCF}, Range{0xFDF0, 0xFFFD}, Range{0x10000, 0xEFFFF}};
constexpr std::array kFollowers = {Range{'-', '.'}, Range{'0', '9'}, Range{0xB7, 0xB7},
                                   Range{0x300, 0x36F}, Range{0x203F, 0x2040}};
constexpr std::array<std::string_view, 5> kEntities = {"lt", "gt", "amp", "quot", "apos"};

template <typename Ranges>
bool within(const Ranges& ranges, std::uint32_t point) {
    return std::ranges::any_of(
        ranges, [point](Range range) { return point >= range.first && point <= range.last; });
}

// What stands behind `&#`.
bool is_number_of_character(std::string_view number) {
    const bool hex = number.starts_with('x');
    number.remove_prefix(hex ? 1 : 0);
    std::uint32_t point = 0;
    const char* const end = number.data() + number.size();
    const auto read = std::from_chars(number.data(), end, point, hex ? 16 : 10);
    return read.ec == std::errc() && read.ptr == end && is_xml_character(point);
}

}  // namespace

bool is_xml_character(std::uint32_t point) {
    return point == 0x9 || point == 0xA || point == 0xD || (point >= 0x20 && point <= 0xD7FF) ||
           (point >= 0xE000 && point <= 0xFFFD) || (point >= 0x10000 && point <= 0x10FFFF);
}

std::size_t xml_characters_size(std::string_view text) {
    const char* const end = text.data() + text.size();
    const char* at = text.data();
    while (at != end) {
        const char* const next = base::utf8_end(at, end);
        if (next == nullptr ||
            !is_xml_character(base::utf8_point({at, static_cast<std::size_t>(next - at)}))) {
            break;
        }
        at = next;
    }
    return static_cast<std::size_t>(at - text.data());
}

std::size_t xml_name_size(std::string_view text) {
    const char* const end = text.data() + text.size();
    const char* at = text.data();
    while (at != end) {
        const char* const next = base::utf8_end(at, end);
        const std::uint32_t point = base::utf8_point({at, static_cast<std::size_t>(next - at)});
        const bool first = at == text.data();
        if (!within(kStarts, point) && (first || !within(kFollowers, point))) {
            break;
        }
        at = next;
    }
    return static_cast<std::size_t>(at - text.data());
}

bool is_xml_reference(std::string_view name) {
    return name.starts_with('#') ? is_number_of_character(name.substr(1))
                                 : std::ranges::find(kEntities, name) != kEntities.end();
}

}  // namespace aggregator::format
