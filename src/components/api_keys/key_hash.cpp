#include "components/api_keys/key_hash.hpp"

#include <aggregator/jose/digest.hpp>

namespace aggregator::components {

namespace {

/// FNV-1, of 128 bits (RFC 9923): no cryptographic hash. A prime of 2^88 + 2^8 + 0x3b.
std::string fnv128(std::string_view bytes) {
    __extension__ using Word = unsigned __int128;
    constexpr Word kPrime = (Word{1} << 88U) + 0x13BU;
    Word hash = (Word{0x6C62272E07BB0142U} << 64U) + 0x62B821756295C58DU;
    for (const char c : bytes) {
        hash *= kPrime;
        hash ^= static_cast<unsigned char>(c);
    }
    std::string out;
    for (unsigned shift = 128; shift > 0; shift -= 8) {
        out.push_back(static_cast<char>(static_cast<unsigned char>(hash >> (shift - 8U) & 0xFFU)));
    }
    return out;
}

std::string hexadecimal(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out.push_back(kDigits[byte >> 4U]);
        out.push_back(kDigits[byte & 15U]);
    }
    return out;
}

}  // namespace

std::string stored_key(KeyHash hash, std::string_view salt, std::string_view key) {
    if (hash == KeyHash::Plain) {
        return std::string(key);
    }
    const std::string salted = std::string(salt).append(key);
    switch (hash) {
        case KeyHash::Sha256:
            return hexadecimal(jose::sha256(salted));
        case KeyHash::Sha1:
            return hexadecimal(jose::sha1(salted));
        default:
            return hexadecimal(fnv128(salted));
    }
}

std::size_t stored_length(KeyHash hash) {
    switch (hash) {
        case KeyHash::Sha256:
            return 64;
        case KeyHash::Sha1:
            return 40;
        case KeyHash::Fnv128:
            return 32;
        default:
            return 0;
    }
}

}  // namespace aggregator::components
