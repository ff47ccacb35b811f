#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/jose/algorithm.hpp>
#include <aggregator/json/document.hpp>

namespace aggregator::jose {

enum class Purpose : std::uint8_t { Verify, Sign };

/// The names by which tokens refer to a key; empty: the key has no such name. Thumbprints that a
/// key does not write down are those of its first certificate.
struct KeyNames {
    std::string kid;
    std::string x5t;
    std::string x5t_s256;
};

/// A JSON Web Key (RFC 7517) for signatures: RSA, EC, octets or Ed25519. Immutable; copies share
/// what they hold, and any thread may use them at the same time.
class Key {
public:
    static constexpr std::size_t kRsaBitsMin = 2048;
    static constexpr std::size_t kRsaBitsMax = 16384;

    /// Why it is no key that can be used for anything is in the failure's detail.
    [[nodiscard]] static base::Result<Key> parse(const json::Document& document,
                                                 const json::Node& jwk);

    [[nodiscard]] const KeyNames& names() const { return names_; }
    /// Whether it has the part that signs beside a public one; never of octets, which are secret
    /// anyway.
    [[nodiscard]] bool has_private_part() const;
    /// Why the key must not be used with that algorithm, for people; empty if it may be. By RFC
    /// 7517 4.2-4.4 (`use`, `key_ops`, `alg`) and RFC 7518 3.2, 3.3 (lengths).
    [[nodiscard]] std::string unfit_for(Algorithm algorithm, Purpose purpose) const;

    /// Whether the signature of `input` is this key's. The key has to be fit for the algorithm.
    [[nodiscard]] bool verifies(Algorithm algorithm, std::string_view input,
                                std::string_view signature) const;
    /// The signature of `input`; SigningFailed if OpenSSL refuses.
    [[nodiscard]] base::Result<std::string> sign(Algorithm algorithm, std::string_view input) const;
    /// Whether both are the same key, whatever is written beside it.
    [[nodiscard]] bool same_material(const Key& other) const;

    struct Material;  ///< OpenSSL's

private:
    Key() = default;

    KeyNames names_;
    std::string key_type_;
    std::string curve_;
    std::string algorithm_;  // as written; empty: any
    std::string use_;        // the same
    std::optional<std::vector<std::string>> operations_;
    std::shared_ptr<const Material> material_;
};

}  // namespace aggregator::jose
