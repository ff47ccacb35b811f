#include "jose/material.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <aggregator/jose/base64url.hpp>
#include <aggregator/jose/object.hpp>

namespace aggregator::jose {

namespace {

using base::Code;
using base::Result;

using ContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using ParametersPtr = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;

constexpr std::size_t kExponentBytesMax = 8;
constexpr std::size_t kEdBytes = 32;

/// The members of one JWK that are numbers or octets.
class Members {
public:
    Members(const json::Document& document, const json::Node& jwk)
        : document_(document), jwk_(jwk) {}

    [[nodiscard]] bool has(std::string_view name) const {
        return document_.member(jwk_, name) != nullptr;
    }
    /// Nothing if it is not there, empty, or no base64url.
    [[nodiscard]] std::optional<std::string> bytes(std::string_view name) const {
        const auto text = text_of(document_, jwk_, name);
        auto decoded = text ? from_base64url(*text) : std::nullopt;
        return decoded && !decoded->empty() ? std::move(decoded) : std::nullopt;
    }
    [[nodiscard]] std::string text(std::string_view name) const {
        return std::string(text_of(document_, jwk_, name).value_or(""));
    }

private:
    const json::Document& document_;
    const json::Node& jwk_;
};

PkeyPtr made_of(const char* type, int selection, OSSL_PARAM_BLD* builder) {
    const ParametersPtr parameters(OSSL_PARAM_BLD_to_param(builder));
    const ContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* made = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, selection, parameters.get()) != 1) {
        return nullptr;
    }
    return PkeyPtr(made);
}

/// Whether OpenSSL finds the public part sound: a point on its curve, a modulus that is odd ...
bool is_sound(EVP_PKEY* key) {
    const ContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    return context && EVP_PKEY_public_check_quick(context.get()) == 1;
}

/// Moduli that a widely used smart-card library made: they can be factored (CVE-2017-15361). Modulo
/// each of these primes such a modulus is a power of 65537.
bool has_weak_primes(const BIGNUM* modulus) {
    constexpr std::array<BN_ULONG, 38> kPrimes{
        3,  5,  7,  11, 13, 17,  19,  23,  29,  31,  37,  41,  43,  47,  53,  59,  61,  67,  71,
        73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};
    for (const BN_ULONG prime : kPrimes) {
        const BN_ULONG rest = BN_mod_word(modulus, prime);
        BN_ULONG power = 1;
        BN_ULONG steps = 0;
        while (power != rest && steps++ < prime) {
            power = power * 65537 % prime;
        }
        if (power != rest) {
            return false;
        }
    }
    return true;
}

struct Part {
    const char* member;
    const char* parameter;
};
constexpr Part kRsaPrivate[] = {
    {"d", OSSL_PKEY_PARAM_RSA_D},          {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
    {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},    {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
    {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2}, {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1},
};

struct NamedCurve {
    std::string_view name;
    const char* group;
    std::size_t bytes;  ///< of a coordinate
};
constexpr NamedCurve kCurves[] = {
    {"P-256", "P-256", 32}, {"P-384", "P-384", 48}, {"P-521", "P-521", 66}};

const NamedCurve* find_curve(std::string_view name) {
    for (const NamedCurve& one : kCurves) {
        if (one.name == name) {
            return &one;
        }
    }
    return nullptr;
}

}  // namespace

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

BignumPtr number_of(std::string_view bytes) {
    return BignumPtr(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

std::size_t Key::Material::bits() const {
    return pkey ? static_cast<std::size_t>(EVP_PKEY_get_bits(pkey.get())) : octets.size() * 8;
}

Result<Key::Material> rsa_material(const json::Document& document, const json::Node& jwk) {
    const Members members(document, jwk);
    const auto n = members.bytes("n");
    const auto e = members.bytes("e");
    if (!n || !e || n->size() > Key::kRsaBitsMax / 8 || e->size() > kExponentBytesMax) {
        return base::fail(Code::TokenInvalid, "`n` and `e` of an RSA key are missing or unusable");
    }
    std::vector<BignumPtr> numbers;
    const BuilderPtr builder(OSSL_PARAM_BLD_new());
    const auto push = [&](const char* parameter, std::string_view bytes) {
        numbers.push_back(number_of(bytes));
        return numbers.back() &&
               OSSL_PARAM_BLD_push_BN(builder.get(), parameter, numbers.back().get()) == 1;
    };
    bool pushed = push(OSSL_PKEY_PARAM_RSA_N, *n) && push(OSSL_PKEY_PARAM_RSA_E, *e);
    if (pushed && (!BN_is_odd(numbers[1].get()) || BN_is_one(numbers[1].get()) ||
                   !BN_is_odd(numbers[0].get()))) {
        return base::fail(Code::TokenInvalid, "`n` or `e` of an RSA key is no sound number");
    }
    if (pushed && has_weak_primes(numbers[0].get())) {
        return base::fail(Code::TokenInvalid, "the RSA key was made of primes that can be guessed");
    }
    for (const Part& part : kRsaPrivate) {
        if (const auto bytes = members.has("d") ? members.bytes(part.member) : std::nullopt) {
            pushed = pushed && push(part.parameter, *bytes);
        }
    }
    auto pkey = pushed ? made_of("RSA", EVP_PKEY_KEYPAIR, builder.get()) : nullptr;
    if (!pkey) {
        return base::fail(Code::TokenInvalid, "the numbers of an RSA key do not fit together");
    }
    return Key::Material{std::move(pkey), {}, members.has("d")};
}

Result<Key::Material> ec_material(const json::Document& document, const json::Node& jwk) {
    const Members members(document, jwk);
    const NamedCurve* const curve = find_curve(members.text("crv"));
    const auto x = members.bytes("x");
    const auto y = members.bytes("y");
    if (curve == nullptr || !x || !y || x->size() != curve->bytes || y->size() != curve->bytes) {
        return base::fail(Code::TokenInvalid,
                          "`crv`, `x` and `y` of an EC key are missing or unusable");
    }
    const std::string point = '\x04' + *x + *y;
    const auto d = members.bytes("d");
    const BignumPtr secret = d ? number_of(*d) : nullptr;
    const BuilderPtr builder(OSSL_PARAM_BLD_new());
    const bool pushed = builder &&
                        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                                        curve->group, 0) == 1 &&
                        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                                         point.data(), point.size()) == 1 &&
                        (!secret || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY,
                                                           secret.get()) == 1);
    auto pkey = pushed
                    ? made_of("EC", secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, builder.get())
                    : nullptr;
    if (!pkey || !is_sound(pkey.get())) {
        return base::fail(Code::TokenInvalid, "the point of an EC key is not on its curve");
    }
    return Key::Material{std::move(pkey), {}, secret != nullptr};
}

Result<Key::Material> okp_material(const json::Document& document, const json::Node& jwk) {
    const Members members(document, jwk);
    const auto x = members.bytes("x");
    if (members.text("crv") != "Ed25519" || !x || x->size() != kEdBytes) {
        return base::fail(Code::TokenInvalid,
                          "`crv` of an OKP key is not Ed25519, or `x` has not 32 bytes");
    }
    if (!members.has("d")) {
        PkeyPtr pkey(
            EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*x), kEdBytes));
        return Key::Material{std::move(pkey), {}, false};
    }
    const auto d = members.bytes("d");
    PkeyPtr pkey(d && d->size() == kEdBytes ? EVP_PKEY_new_raw_private_key(
                                                  EVP_PKEY_ED25519, nullptr, bytes_of(*d), kEdBytes)
                                            : nullptr);
    std::array<unsigned char, kEdBytes> computed{};
    std::size_t size = computed.size();
    if (!pkey || EVP_PKEY_get_raw_public_key(pkey.get(), computed.data(), &size) != 1 ||
        std::string_view(reinterpret_cast<const char*>(computed.data()), size) != *x) {
        return base::fail(Code::TokenInvalid, "`d` and `x` of an OKP key do not fit together");
    }
    return Key::Material{std::move(pkey), {}, true};
}

Result<Key::Material> oct_material(const json::Document& document, const json::Node& jwk) {
    auto k = Members(document, jwk).bytes("k");
    if (!k) {
        return base::fail(Code::TokenInvalid, "`k` of a key of octets is missing or unusable");
    }
    return Key::Material{nullptr, std::move(*k), true};
}

}  // namespace aggregator::jose
