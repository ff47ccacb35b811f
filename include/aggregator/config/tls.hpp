#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aggregator::config {

struct KeyPair {
    std::string public_key;   ///< path of a PEM file, chain included
    std::string private_key;  ///< path of a PEM file

    friend bool operator==(const KeyPair&, const KeyPair&) = default;
};

enum class TlsVersion : std::uint8_t { Tls10, Tls11, Tls12, Tls13 };

/// Service key `tls`, unless it is written and `disabled`.
struct ListenerTlsConfig {
    /// The first is the default; the single `public_key` and `private_key` are appended.
    std::vector<KeyPair> keys;
    TlsVersion min_version = TlsVersion::Tls12;
    TlsVersion max_version = TlsVersion::Tls13;
    std::vector<int> curve_preferences;  ///< IANA numbers; empty: the library's
    std::vector<int> cipher_suites;      ///< IANA numbers, TLS 1.2 and below; empty: the library's
    bool enable_mtls = false;
    std::vector<std::string> ca_certs;
    bool disable_system_ca_pool = false;

    friend bool operator==(const ListenerTlsConfig&, const ListenerTlsConfig&) = default;
};

/// Service key `client_tls`.
struct ClientTlsConfig {
    bool allow_insecure_connections = false;
    std::vector<std::string> ca_certs;
    bool disable_system_ca_pool = false;
    TlsVersion min_version = TlsVersion::Tls12;
    TlsVersion max_version = TlsVersion::Tls13;
    std::vector<int> curve_preferences;
    std::vector<int> cipher_suites;
    std::vector<KeyPair> client_certs;

    friend bool operator==(const ClientTlsConfig&, const ClientTlsConfig&) = default;
};

}  // namespace aggregator::config
