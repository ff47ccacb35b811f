#include <aggregator/jose/key.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/x509.h>

#include <aggregator/jose/base64url.hpp>
#include <aggregator/jose/object.hpp>

#include "jose/material.hpp"

namespace aggregator::jose {

namespace {

using base::Code;
using base::Result;

using CertificatePtr = std::unique_ptr<X509, Freed<X509_free>>;

struct KeyType {
    std::string_view name;
    Result<Key::Material> (*read)(const json::Document&, const json::Node&);
};
constexpr std::array<KeyType, 4> kTypes{
    {{"RSA", rsa_material}, {"EC", ec_material}, {"OKP", okp_material}, {"oct", oct_material}}};

std::string thumbprint(const EVP_MD* hash, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, hash, nullptr);
    return to_base64url({reinterpret_cast<const char*>(digest.data()), size});
}

/// The first certificate of `x5c`, as bytes; nothing if there is none.
std::optional<std::string> certificate_of(const json::Document& document, const json::Node& jwk) {
    const json::Node* const chain = document.member(jwk, "x5c");
    if (chain == nullptr || chain->kind != json::Kind::Array || chain->elements.empty()) {
        return std::nullopt;
    }
    return from_base64(document.at(chain->elements.front()).text);
}

/// Whether the certificate speaks of another key than the one that stands beside it.
bool is_of_another(const std::string& certificate, EVP_PKEY* pkey) {
    const unsigned char* at = bytes_of(certificate);
    const CertificatePtr parsed(d2i_X509(nullptr, &at, static_cast<long>(certificate.size())));
    EVP_PKEY* const certified = parsed ? X509_get0_pubkey(parsed.get()) : nullptr;
    return certified != nullptr && pkey != nullptr && EVP_PKEY_eq(certified, pkey) != 1;
}

std::optional<std::vector<std::string>> texts_of(const json::Document& document,
                                                 const json::Node* list) {
    if (list == nullptr) {
        return std::nullopt;
    }
    std::vector<std::string> texts;
    for (const std::uint32_t index : list->elements) {
        texts.push_back(document.at(index).text);
    }
    return texts;
}

std::string name_in(const json::Document& document, const json::Node& jwk, std::string_view name) {
    return std::string(text_of(document, jwk, name).value_or(""));
}

}  // namespace

Result<Key> Key::parse(const json::Document& document, const json::Node& jwk) {
    const std::string type = name_in(document, jwk, "kty");
    const auto* const known = std::find_if(
        kTypes.begin(), kTypes.end(), [&type](const KeyType& one) { return one.name == type; });
    if (jwk.kind != json::Kind::Object || known == kTypes.end()) {
        return base::fail(Code::TokenInvalid, "`kty` is not RSA, EC, OKP or oct");
    }
    auto material = known->read(document, jwk);
    if (!material) {
        return base::fail(material.error());
    }
    Key key;
    key.key_type_ = type;
    key.curve_ = name_in(document, jwk, "crv");
    key.algorithm_ = name_in(document, jwk, "alg");
    key.use_ = name_in(document, jwk, "use");
    key.operations_ = texts_of(document, document.member(jwk, "key_ops"));
    key.names_ = {name_in(document, jwk, "kid"), name_in(document, jwk, "x5t"),
                  name_in(document, jwk, "x5t#S256")};
    if (const auto certificate = certificate_of(document, jwk)) {
        if (is_of_another(*certificate, material->pkey.get())) {
            return base::fail(Code::TokenInvalid, "the first certificate of `x5c` has another key");
        }
        if (key.names_.x5t.empty()) {
            key.names_.x5t = thumbprint(EVP_sha1(), *certificate);
        }
        if (key.names_.x5t_s256.empty()) {
            key.names_.x5t_s256 = thumbprint(EVP_sha256(), *certificate);
        }
    }
    key.material_ = std::make_shared<const Material>(std::move(*material));
    return key;
}

std::string Key::unfit_for(Algorithm algorithm, Purpose purpose) const {
    const AlgorithmRow& wanted = row(algorithm);
    const std::string name(wanted.name);
    if (key_type_ != wanted.key_type || (!wanted.curve.empty() && curve_ != wanted.curve)) {
        return "its type or curve is not that of " + name;
    }
    if (!algorithm_.empty() && algorithm_ != wanted.name) {
        return "its `alg` is " + algorithm_ + ", not " + name;
    }
    if (!use_.empty() && use_ != "sig") {
        return "its `use` is not `sig`";
    }
    const std::string_view operation = purpose == Purpose::Verify ? "verify" : "sign";
    if (operations_ &&
        std::find(operations_->begin(), operations_->end(), operation) == operations_->end()) {
        return "its `key_ops` do not list `" + std::string(operation) + "`";
    }
    if (wanted.key_type == "RSA" && material_->bits() < kRsaBitsMin) {
        return "it has fewer than 2048 bits";
    }
    if (wanted.family == Family::Hmac && material_->octets.size() < wanted.hash_bytes) {
        return "it is shorter than the hash of " + name;
    }
    return purpose == Purpose::Sign && !material_->is_private ? "it has no private part" : "";
}

bool Key::has_private_part() const { return material_->pkey != nullptr && material_->is_private; }

bool Key::same_material(const Key& other) const {
    if (material_->pkey == nullptr || other.material_->pkey == nullptr) {
        return material_->pkey == other.material_->pkey &&
               material_->octets == other.material_->octets;
    }
    return EVP_PKEY_eq(material_->pkey.get(), other.material_->pkey.get()) == 1;
}

}  // namespace aggregator::jose
