#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aggregator::config {

/// A certificate with its key. Nothing is read here: the files are opened when the program starts,
/// and by lint. Paths are relative to the file of the configuration that they stand in.
struct KeyPair {
    std::string public_key;   ///< path of a PEM file, chain included
    std::string private_key;  ///< path of a PEM file

    friend bool operator==(const KeyPair&, const KeyPair&) = default;
};

/// As the words `TLS10` to `TLS13`; SSL is none of them.
enum class TlsVersion : std::uint8_t { Tls10, Tls11, Tls12, Tls13 };

/// Service key `tls`, unless it is written and `disabled`.
struct ListenerTlsConfig {
    /// The first is the default; the single `public_key` and `private_key` are appended.
    std::vector<KeyPair> keys;
    TlsVersion min_version = TlsVersion::Tls12;  ///< what older clients speak is refused
    TlsVersion max_version = TlsVersion::Tls13;
    std::vector<int> curve_preferences;   ///< IANA numbers; empty: the library's
    std::vector<int> cipher_suites;       ///< IANA numbers, TLS 1.2 and below; empty: the library's
    bool enable_mtls = false;             ///< clients have to show a certificate
    std::vector<std::string> ca_certs;    ///< PEM files: whose certificates clients may show
    bool disable_system_ca_pool = false;  ///< used only without `ca_certs`, which stand alone

    friend bool operator==(const ListenerTlsConfig&, const ListenerTlsConfig&) = default;
};

/// Service key `client_tls`: for every connection to a backend over https.
struct ClientTlsConfig {
    bool allow_insecure_connections = false;  ///< any certificate and any name will do
    std::vector<std::string> ca_certs;        ///< PEM files, besides the system's authorities
    bool disable_system_ca_pool = false;      ///< `ca_certs` alone are trusted
    TlsVersion min_version = TlsVersion::Tls12;
    TlsVersion max_version = TlsVersion::Tls13;
    std::vector<int> curve_preferences;  ///< as the listener's
    std::vector<int> cipher_suites;      ///< as the listener's
    std::vector<KeyPair> client_certs;   ///< shown to backends that ask for one

    friend bool operator==(const ClientTlsConfig&, const ClientTlsConfig&) = default;
};

}  // namespace aggregator::config
