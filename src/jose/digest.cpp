#include <aggregator/jose/digest.hpp>

#include <array>

#include <openssl/evp.h>

namespace aggregator::jose {

namespace {

std::string digest(const EVP_MD* algorithm, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), made.data(), &size, algorithm, nullptr) != 1) {
        return {};
    }
    return {made.begin(), made.begin() + size};
}

}  // namespace

std::string sha1(std::string_view bytes) { return digest(EVP_sha1(), bytes); }

std::string sha256(std::string_view bytes) { return digest(EVP_sha256(), bytes); }

}  // namespace aggregator::jose
