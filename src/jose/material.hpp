#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/bn.h>
#include <openssl/evp.h>

#include <aggregator/jose/key.hpp>

namespace aggregator::jose {

/// A deleter out of one of OpenSSL's functions.
template <auto Free>
struct Freed {
    template <typename T>
    void operator()(T* pointer) const {
        Free(pointer);
    }
};
using PkeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using BignumPtr = std::unique_ptr<BIGNUM, Freed<BN_free>>;

struct Key::Material {
    PkeyPtr pkey;        ///< null: a key of octets
    std::string octets;  ///< else empty
    bool is_private = false;

    [[nodiscard]] std::size_t bits() const;
};

[[nodiscard]] const unsigned char* bytes_of(std::string_view text);

/// The number that a text of big-endian bytes is; null if OpenSSL has no memory.
[[nodiscard]] BignumPtr number_of(std::string_view bytes);

/// OpenSSL's key of a JWK's members. The failure's detail says what is wrong.
[[nodiscard]] base::Result<Key::Material> rsa_material(const json::Document& document,
                                                       const json::Node& jwk);
[[nodiscard]] base::Result<Key::Material> ec_material(const json::Document& document,
                                                      const json::Node& jwk);
[[nodiscard]] base::Result<Key::Material> okp_material(const json::Document& document,
                                                       const json::Node& jwk);
[[nodiscard]] base::Result<Key::Material> oct_material(const json::Document& document,
                                                       const json::Node& jwk);

}  // namespace aggregator::jose
