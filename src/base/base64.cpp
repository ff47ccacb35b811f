#include <aggregator/base/base64.hpp>

#include <cstddef>
#include <cstdint>

namespace aggregator::base {

std::string to_base64(std::string_view bytes) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    constexpr std::size_t kGroup = 3;  // bytes that become four digits
    std::string out;
    out.reserve((bytes.size() + kGroup - 1) / kGroup * 4);
    for (; !bytes.empty(); bytes.remove_prefix(bytes.size() < kGroup ? bytes.size() : kGroup)) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < kGroup; ++i) {
            bits = bits << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
        }
        for (std::size_t i = 0; i <= kGroup; ++i) {
            out.push_back(i <= bytes.size() ? kDigits[bits >> (18 - 6 * i) & 63U] : '=');
        }
    }
    return out;
}

}  // namespace aggregator::base
