#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace aggregator::jose {

/// The algorithms of signatures (RFC 7518, section 3, and RFC 8037). `none` is not among them.
enum class Algorithm : std::uint8_t {
    Hs256,
    Hs384,
    Hs512,
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    Es512,
    EdDsa,
};

enum class Family : std::uint8_t { Hmac, RsaPkcs1, RsaPss, Ecdsa, EdDsa };

/// What is fixed for one algorithm.
struct AlgorithmRow {
    Algorithm algorithm;
    std::string_view name;  ///< as `alg` has it
    Family family;
    std::string_view key_type;  ///< `kty` of its keys
    std::string_view curve;     ///< `crv` of its keys; empty: they have none
    std::size_t hash_bytes;     ///< 0: the algorithm hashes by itself
};

[[nodiscard]] std::span<const AlgorithmRow> algorithms();
[[nodiscard]] const AlgorithmRow& row(Algorithm algorithm);
/// The algorithm of exactly that name.
[[nodiscard]] std::optional<Algorithm> find_algorithm(std::string_view name);

}  // namespace aggregator::jose
