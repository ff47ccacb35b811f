#include <aggregator/jose/algorithm.hpp>

#include <array>

namespace aggregator::jose {

namespace {

using enum Algorithm;

constexpr std::array<AlgorithmRow, 13> kRows{{
    {Hs256, "HS256", Family::Hmac, "oct", "", 32},
    {Hs384, "HS384", Family::Hmac, "oct", "", 48},
    {Hs512, "HS512", Family::Hmac, "oct", "", 64},
    {Rs256, "RS256", Family::RsaPkcs1, "RSA", "", 32},
    {Rs384, "RS384", Family::RsaPkcs1, "RSA", "", 48},
    {Rs512, "RS512", Family::RsaPkcs1, "RSA", "", 64},
    {Ps256, "PS256", Family::RsaPss, "RSA", "", 32},
    {Ps384, "PS384", Family::RsaPss, "RSA", "", 48},
    {Ps512, "PS512", Family::RsaPss, "RSA", "", 64},
    {Es256, "ES256", Family::Ecdsa, "EC", "P-256", 32},
    {Es384, "ES384", Family::Ecdsa, "EC", "P-384", 48},
    {Es512, "ES512", Family::Ecdsa, "EC", "P-521", 64},
    {EdDsa, "EdDSA", Family::EdDsa, "OKP", "Ed25519", 0},
}};

constexpr bool rows_in_order() {
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        if (static_cast<std::size_t>(kRows[i].algorithm) != i) {
            return false;
        }
    }
    return true;
}
static_assert(rows_in_order(), "the rows stand in the order of the algorithms");

}  // namespace

std::span<const AlgorithmRow> algorithms() { return kRows; }

const AlgorithmRow& row(Algorithm algorithm) { return kRows[static_cast<std::size_t>(algorithm)]; }

std::optional<Algorithm> find_algorithm(std::string_view name) {
    for (const AlgorithmRow& one : kRows) {
        if (one.name == name) {
            return one.algorithm;
        }
    }
    return std::nullopt;
}

}  // namespace aggregator::jose
