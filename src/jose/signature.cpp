#include <array>
#include <utility>

#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include <aggregator/jose/key.hpp>

#include "jose/material.hpp"

namespace aggregator::jose {

namespace {

using base::Code;
using base::Result;

using DigestPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using EcdsaPtr = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

const EVP_MD* hash_of(const AlgorithmRow& row) {
    switch (row.hash_bytes) {
        case 32:
            return EVP_sha256();
        case 48:
            return EVP_sha384();
        case 64:
            return EVP_sha512();
        default:
            return nullptr;  // the algorithm's own
    }
}

/// RFC 7518, section 3.5: both hashes are the algorithm's, and the salt is as long as they are.
bool set_padding(const AlgorithmRow& row, EVP_PKEY_CTX* context) {
    if (row.family != Family::RsaPss) {
        return true;
    }
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash_of(row)) == 1;
}

/// The bytes of one of the two numbers of an ECDSA signature.
std::size_t half_size(EVP_PKEY* pkey) {
    return (static_cast<std::size_t>(EVP_PKEY_get_bits(pkey)) + 7) / 8;
}

/// What OpenSSL expects in the place of the two numbers one behind the other (RFC 7518 3.4); empty
/// if they are not two numbers of the right size.
std::string der_of(EVP_PKEY* pkey, std::string_view signature) {
    const std::size_t half = half_size(pkey);
    const EcdsaPtr parts(ECDSA_SIG_new());
    if (signature.size() != 2 * half || !parts) {
        return {};
    }
    BignumPtr r = number_of(signature.substr(0, half));
    BignumPtr s = number_of(signature.substr(half));
    if (!r || !s || ECDSA_SIG_set0(parts.get(), r.get(), s.get()) != 1) {
        return {};
    }
    (void)r.release();
    (void)s.release();
    unsigned char* bytes = nullptr;
    const int size = i2d_ECDSA_SIG(parts.get(), &bytes);
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return der;
}

/// The other way round; empty if OpenSSL made no sound signature.
std::string halves_of(EVP_PKEY* pkey, std::string_view der) {
    const std::size_t half = half_size(pkey);
    const unsigned char* at = bytes_of(der);
    const EcdsaPtr parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    std::string halves(2 * half, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(halves.data());
    const int size = static_cast<int>(half);
    const bool written = parts && BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), out, size) == size &&
                         BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), out + half, size) == size;
    return written ? halves : std::string();
}

std::string hmac(const AlgorithmRow& row, const std::string& key, std::string_view input) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (HMAC(hash_of(row), key.data(), static_cast<int>(key.size()), bytes_of(input), input.size(),
             digest.data(), &size) == nullptr) {
        return {};
    }
    return {reinterpret_cast<const char*>(digest.data()), size};
}

}  // namespace

bool Key::verifies(Algorithm algorithm, std::string_view input, std::string_view signature) const {
    const AlgorithmRow& row = jose::row(algorithm);
    if (row.family == Family::Hmac) {
        const std::string expected = hmac(row, material_->octets, input);
        return !expected.empty() && expected.size() == signature.size() &&
               CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0;
    }
    EVP_PKEY* const pkey = material_->pkey.get();
    const bool converts = row.family == Family::Ecdsa;
    const std::string der = converts ? der_of(pkey, signature) : std::string();
    const std::string_view given = converts ? std::string_view(der) : signature;
    const DigestPtr digest(EVP_MD_CTX_new());
    EVP_PKEY_CTX* context = nullptr;
    const bool verified =
        !given.empty() && digest &&
        EVP_DigestVerifyInit(digest.get(), &context, hash_of(row), nullptr, pkey) == 1 &&
        set_padding(row, context) &&
        EVP_DigestVerify(digest.get(), bytes_of(given), given.size(), bytes_of(input),
                         input.size()) == 1;
    ERR_clear_error();  // what is left there would be taken for a failure of TLS
    return verified;
}

Result<std::string> Key::sign(Algorithm algorithm, std::string_view input) const {
    const AlgorithmRow& row = jose::row(algorithm);
    if (row.family == Family::Hmac) {
        return hmac(row, material_->octets, input);
    }
    EVP_PKEY* const pkey = material_->pkey.get();
    const DigestPtr digest(EVP_MD_CTX_new());
    EVP_PKEY_CTX* context = nullptr;
    std::string made(static_cast<std::size_t>(EVP_PKEY_get_size(pkey)), '\0');
    std::size_t size = made.size();
    const bool is_made =
        digest && EVP_DigestSignInit(digest.get(), &context, hash_of(row), nullptr, pkey) == 1 &&
        set_padding(row, context) &&
        EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(made.data()), &size,
                       bytes_of(input), input.size()) == 1;
    ERR_clear_error();
    made.resize(is_made ? size : 0);
    if (is_made && row.family == Family::Ecdsa) {
        made = halves_of(pkey, made);
    }
    if (made.empty()) {
        return base::fail(Code::SigningFailed, "OpenSSL made no signature");
    }
    return made;
}

}  // namespace aggregator::jose
