#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/jose/key.hpp>

namespace aggregator::jose {

/// By which of its names a key is looked for.
enum class NamedBy : std::uint8_t { Kid, X5t, X5tS256 };

/// The keys of a JWK set (RFC 7517, section 5) that may be used with one algorithm. Immutable.
class KeySet {
public:
    static constexpr std::size_t kBytesMax = 1u << 20;
    static constexpr std::size_t kKeysMax = 1000;

    struct Skipped {
        std::string kid;  ///< empty: it has none
        std::string why;  ///< for people
    };

    struct Use {
        Algorithm algorithm = Algorithm::Rs256;
        Purpose purpose = Purpose::Verify;
    };

    /// Fails with what is wrong if the text is no JWK set. A single JWK is a set of one. What
    /// cannot be used is skipped; so are different keys that bear the same `kid`.
    [[nodiscard]] static base::Result<KeySet> parse(std::string_view text, Use use);

    [[nodiscard]] const std::vector<Key>& keys() const { return keys_; }
    [[nodiscard]] const std::vector<Skipped>& skipped() const { return skipped_; }
    /// The key of that name; null if there is none.
    [[nodiscard]] const Key* find(NamedBy by, std::string_view name) const;

private:
    void add(Key key, Use use);
    void drop_ambiguous();

    std::vector<Key> keys_;
    std::vector<Skipped> skipped_;
};

}  // namespace aggregator::jose
