#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <aggregator/net/tls.hpp>

/// What is wrong with the files of a TLS configuration, found without opening a listener: for lint
/// and for the start. Reads files; safe from any thread.
namespace aggregator::net {

/// One thing that is wrong with one of the files of a pair.
struct TlsFileFault {
    enum class Kind : std::uint8_t {
        Unreadable,        ///< it is not there, or this user may not read it
        Unusable,          ///< no PEM, broken, behind a passphrase, or not the other file's match
        Expired,           ///< or not valid yet
        ExpiresSoon,       ///< within kExpiryWarning
        ReadableByOthers,  ///< a private key's file, by its mode
    };
    enum class File : std::uint8_t { Certificate, Key };

    Kind kind;
    File file;
    std::string message;  ///< one sentence that names the file
};

/// Faults of a file or a pair, and when it ends.
struct TlsFileReport {
    std::vector<TlsFileFault> faults;
    /// Seconds since 1970: the end of the first certificate of the file to expire, or, of a file of
    /// authorities, of the last one. Nothing if there is none.
    std::optional<std::int64_t> expires;
};

/// Seconds before its end from which a certificate is reported: 30 days.
inline constexpr std::int64_t kExpiryWarning = std::int64_t{30} * 24 * 60 * 60;

/// Looks at a certificate with its chain, and at its key. `now` in seconds since 1970.
[[nodiscard]] TlsFileReport inspect_pair(const TlsKeyPair& pair, std::int64_t now);

/// Looks at a file of authorities. A bundle has expired once all of them have.
[[nodiscard]] TlsFileReport inspect_authorities(const std::string& file, std::int64_t now);

}  // namespace aggregator::net
