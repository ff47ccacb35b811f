#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <aggregator/base/error.hpp>
#include <aggregator/jose/key.hpp>

namespace aggregator::jose {

/// A token in the compact form of RFC 7515, section 7.1, taken apart. Nothing in it has been
/// verified. `input` views the text that it was parsed from.
struct Token {
    static constexpr std::size_t kBytesMax = 16 * 1024;

    std::string algorithm;   ///< `alg`
    std::string type;        ///< `typ`; empty: there is none
    KeyNames names;          ///< of the key; empty: not said
    std::string_view input;  ///< what is signed
    std::string payload;     ///< its bytes
    std::string signature;   ///< its bytes

    /// TokenInvalid, with what is wrong: a text that is too long or has not three parts, all of
    /// them strictly base64url, a header that is no sound object or has `crit`: no extension is
    /// understood here.
    [[nodiscard]] static base::Result<Token> parse(std::string_view text);
};

/// What the header of a new token says.
struct TokenHeader {
    Algorithm algorithm = Algorithm::Rs256;
    std::string_view kid;
    std::string_view type;  ///< empty: none
};

/// The parts of a signed payload, each as base64url.
struct Signed {
    std::string header;
    std::string payload;
    std::string signature;

    [[nodiscard]] std::string compact() const { return header + '.' + payload + '.' + signature; }
};
/// Signs the payload as it is. The key has to be fit for the algorithm.
[[nodiscard]] base::Result<Signed> sign(const Key& key, const TokenHeader& header,
                                        std::string_view payload);

}  // namespace aggregator::jose
