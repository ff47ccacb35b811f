#include <aggregator/jose/base64url.hpp>

#include <array>
#include <cstdint>

namespace aggregator::jose {

namespace {

constexpr std::string_view kCommon =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::uint8_t kNone = 0xFF;
using Values = std::array<std::uint8_t, 256>;

constexpr Values values_of(char at_62, char at_63) {
    Values values{};
    for (std::uint8_t& value : values) {
        value = kNone;
    }
    for (std::size_t i = 0; i < kCommon.size(); ++i) {
        values[static_cast<unsigned char>(kCommon[i])] = static_cast<std::uint8_t>(i);
    }
    values[static_cast<unsigned char>(at_62)] = 62;
    values[static_cast<unsigned char>(at_63)] = 63;
    return values;
}

constexpr Values kUrl = values_of('-', '_');
constexpr Values kPlain = values_of('+', '/');

std::optional<std::string> decode(std::string_view text, const Values& values) {
    if (text.size() % 4 == 1) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char c : text) {
        const std::uint8_t value = values[static_cast<unsigned char>(c)];
        if (value == kNone) {
            return std::nullopt;
        }
        bits = (bits << 6) | value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes.push_back(static_cast<char>((bits >> held) & 0xFF));
        }
    }
    return (bits & ((1u << held) - 1)) == 0 ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace

std::optional<std::string> from_base64url(std::string_view text) { return decode(text, kUrl); }

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    for (int i = 0; i < 2 && !text.empty() && text.back() == '='; ++i) {
        text.remove_suffix(1);
    }
    return decode(text, kPlain);
}

std::string to_base64url(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t bits = 0;
    unsigned held = 0;
    const auto put = [&text](std::uint32_t value) {
        text.push_back(value < kCommon.size() ? kCommon[value] : value == 62 ? '-' : '_');
    };
    for (const char c : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(c);
        held += 8;
        while (held >= 6) {
            held -= 6;
            put((bits >> held) & 0x3F);
        }
    }
    if (held > 0) {
        put((bits << (6 - held)) & 0x3F);
    }
    return text;
}

}  // namespace aggregator::jose
