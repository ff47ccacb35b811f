#include <doctest/doctest.h>

#include <string>

#include "unit/jose/vectors.hpp"

using namespace aggregator;
using namespace aggregator::jose;
using namespace aggregator::jose::testing;

namespace {

/// Why the only key of the text is not in the set; empty if it is.
std::string skipped(std::string_view jwk, Algorithm algorithm) {
    const KeySet keys = keys_of(jwk, algorithm);
    return keys.skipped().empty() ? "" : keys.skipped().front().why;
}

std::string octets(std::size_t bytes) {
    return R"({"kty":"oct","k":")" + std::string(bytes / 3 * 4, 'x') + "\"}";
}

std::string set_of(std::initializer_list<std::string> jwks) {
    std::string set = R"({"keys":[)";
    for (const std::string& jwk : jwks) {
        set += (set.back() == '[' ? "" : ",") + jwk;
    }
    return set + "]}";
}

}  // namespace

TEST_CASE("keys: one that says what it is for is for nothing else") {
    CHECK(skipped(rsa(), Algorithm::Rs256).empty());
    CHECK(
        skipped(rsa(R"(,"alg":"RS256","use":"sig","key_ops":["sign","verify"])"), Algorithm::Rs256)
            .empty());
    CHECK(skipped(rsa(R"(,"alg":"RS512")"), Algorithm::Rs256).find("`alg`") != std::string::npos);
    CHECK(skipped(rsa(R"(,"use":"enc")"), Algorithm::Rs256).find("`use`") != std::string::npos);
    CHECK(skipped(rsa(R"(,"key_ops":["sign"])"), Algorithm::Rs256).find("verify") !=
          std::string::npos);
    CHECK(skipped(rsa(R"(,"key_ops":[])"), Algorithm::Rs256).find("verify") != std::string::npos);
}

TEST_CASE("keys: type and curve are the algorithm's") {
    CHECK_FALSE(skipped(rsa(), Algorithm::Hs256).empty());
    CHECK_FALSE(skipped(rsa(), Algorithm::Es256).empty());
    CHECK_FALSE(skipped(kOctets, Algorithm::Rs256).empty());
    CHECK(skipped(kP256, Algorithm::Es256).empty());
    CHECK_FALSE(skipped(kP256, Algorithm::Es384).empty());
    CHECK_FALSE(skipped(kP521, Algorithm::Es256).empty());
    CHECK_FALSE(skipped(kP256, Algorithm::EdDsa).empty());
    CHECK(skipped(kEd25519, Algorithm::EdDsa).empty());
}

TEST_CASE("keys: weak ones are skipped") {
    CHECK(skipped(octets(33), Algorithm::Hs256).empty());
    CHECK_FALSE(skipped(octets(30), Algorithm::Hs256).empty());
    CHECK_FALSE(skipped(octets(33), Algorithm::Hs384).empty());
    CHECK(skipped(octets(48), Algorithm::Hs384).empty());
    CHECK_FALSE(skipped(octets(63), Algorithm::Hs512).empty());
    CHECK_FALSE(skipped(R"({"kty":"oct","k":""})", Algorithm::Hs256).empty());
    // 1024 bits, by cutting the number in the middle and keeping it odd.
    const std::string half =
        R"({"kty":"RSA","e":"AQAB","n":")" + std::string(kRsaNumber.substr(0, 168)) + "ofgX\"}";
    CHECK_FALSE(skipped(half, Algorithm::Rs256).empty());
    const std::string one = R"({"kty":"RSA","e":"AQ","n":")" + std::string(kRsaNumber) + "\"}";
    CHECK_FALSE(skipped(one, Algorithm::Rs256).empty());
}

TEST_CASE("keys: a point that is not on its curve is refused") {
    std::string bent(kP256);
    bent.replace(bent.find("f83O"), 4, "f83P");
    CHECK(skipped(bent, Algorithm::Es256).find("curve") != std::string::npos);
    std::string short_x(kP256);
    short_x.replace(short_x.find("f83OJ3D2"), 4, "");
    CHECK_FALSE(skipped(short_x, Algorithm::Es256).empty());
}

TEST_CASE("keys: what is no key is skipped, and the others of its set are used") {
    const KeySet keys =
        keys_of(set_of({"5", "{}", R"({"kty":"RSA"})", R"({"kty":"XY","kid":"q"})", rsa()}),
                Algorithm::Rs256);
    CHECK(keys.keys().size() == 1);
    CHECK(keys.skipped().size() == 4);
    CHECK(keys.skipped().back().kid == "q");
    CHECK(keys.find(NamedBy::Kid, "r") != nullptr);
    CHECK(keys.find(NamedBy::Kid, "") == nullptr);
    CHECK(keys.find(NamedBy::Kid, "../../etc/passwd") == nullptr);
}

TEST_CASE("keys: what is no set has no keys") {
    for (const char* const text :
         {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[],"keys":[]})", R"({"keys":[]} x)",
          "// keys\n{\"keys\":[]}", R"({"keys":[],})"}) {
        CAPTURE(text);
        CHECK_FALSE(KeySet::parse(text, {Algorithm::Rs256, Purpose::Verify}).has_value());
    }
    CHECK(keys_of(R"({"keys":[]})", Algorithm::Rs256).keys().empty());
    const std::string large(KeySet::kBytesMax, ' ');
    CHECK_FALSE(KeySet::parse(large + R"({"keys":[]})", {Algorithm::Rs256, Purpose::Verify}));
}

TEST_CASE("keys: different ones of one name are not used, the same one twice is") {
    std::string other(kOctets);
    other.replace(other.find("AyM1"), 4, "AyM2");
    const KeySet ambiguous = keys_of(set_of({std::string(kOctets), other}), Algorithm::Hs256);
    CHECK(ambiguous.keys().empty());
    CHECK(ambiguous.skipped().size() == 1);
    const KeySet twice =
        keys_of(set_of({std::string(kOctets), std::string(kOctets)}), Algorithm::Hs256);
    CHECK(twice.keys().size() == 1);
}

TEST_CASE("keys: thumbprints are written, or those of the first certificate") {
    // Four bytes that are no certificate: their hashes are what counts.
    const KeySet computed = keys_of(rsa(R"(,"x5c":["AAECAw=="])"), Algorithm::Rs256);
    CHECK(computed.find(NamedBy::X5t, "oCoFsCW5KMA5zxrn6O4E58GQwNs") != nullptr);
    CHECK(computed.find(NamedBy::X5tS256, "BU7ewdAhH2JP7Qy8qdT5QAsOSRxDdCryxbCr6_DJkNg") !=
          nullptr);
    const KeySet written = keys_of(rsa(R"(,"x5t":"abc","x5c":["AAECAw=="])"), Algorithm::Rs256);
    CHECK(written.find(NamedBy::X5t, "abc") != nullptr);
    CHECK(written.find(NamedBy::X5t, "oCoFsCW5KMA5zxrn6O4E58GQwNs") == nullptr);
}

TEST_CASE("keys: a certificate of another key is refused") {
    CHECK(skipped(rsa(",\"x5c\":[\"" + std::string(kForeignCertificate) + "\"]"), Algorithm::Rs256)
              .find("x5c") != std::string::npos);
}

TEST_CASE("keys: a private part beside the public one is noticed") {
    CHECK_FALSE(keys_of(rsa(), Algorithm::Rs256).keys().front().has_private_part());
    CHECK(keys_of(rsa_secret(), Algorithm::Rs256).keys().front().has_private_part());
    CHECK(keys_of(kP256, Algorithm::Es256).keys().front().has_private_part());
    CHECK_FALSE(keys_of(kOctets, Algorithm::Hs256).keys().front().has_private_part());
}

TEST_CASE("keys: one without a private part signs nothing") {
    CHECK(keys_of(rsa(), Algorithm::Rs256, Purpose::Sign).keys().empty());
    CHECK(keys_of(rsa_secret(), Algorithm::Rs256, Purpose::Sign).keys().size() == 1);
    CHECK(keys_of(kEd25519, Algorithm::EdDsa, Purpose::Sign).keys().size() == 1);
    CHECK(keys_of(rsa(R"(,"key_ops":["verify"])"), Algorithm::Rs256, Purpose::Sign).keys().empty());
}
