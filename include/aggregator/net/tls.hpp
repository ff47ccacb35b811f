#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <aggregator/base/error.hpp>

namespace aggregator::net {

enum class TlsVersion : std::uint8_t { Tls10, Tls11, Tls12, Tls13 };

/// A certificate and its key.
struct TlsKeyPair {
    std::string certificate;  ///< path of a PEM file: the certificate first, then its chain
    std::string private_key;  ///< path of a PEM file without a passphrase
};

/// What both sides may choose. The numbers are IANA's.
struct TlsChoice {
    TlsVersion min_version = TlsVersion::Tls12;
    TlsVersion max_version = TlsVersion::Tls13;
    std::vector<int> curves;         ///< best first; empty: X25519, P-256, P-384, P-521
    std::vector<int> cipher_suites;  ///< of TLS 1.2 and below, best first; empty: a safe set. Those
                                     ///< of 1.3 are always on
};

/// What an https listener offers.
struct TlsListenerOptions {
    TlsChoice choice;
    std::vector<TlsKeyPair>
        keys;  ///< at least one; chosen by the name the client asks for, else the first
    bool require_client_certificate = false;
    std::vector<std::string> ca_files;  ///< PEM; who may have signed a client's certificate
    bool disable_system_ca_pool = false;
};

/// How https backends are called.
struct TlsClientOptions {
    TlsChoice choice;
    bool allow_insecure_connections =
        false;                          ///< true: neither chain nor name of a backend is checked
    std::vector<std::string> ca_files;  ///< PEM; trusted beside the system's
    bool disable_system_ca_pool = false;
    std::vector<TlsKeyPair>
        client_certificates;  ///< offered to a backend that asks; one for each kind of key
};

/// The TLS settings of a listener, or of all backends: certificates, trust, and what resumes
/// sessions. Made once and shared by all workers: any thread may open sessions with it at any time.
/// A listener's tickets are then good at every worker, and trust is loaded once. Only the client's
/// session cache takes a lock, twice for each new connection. Every session keeps its context
/// alive. Files are read here and never again, except the system's CA folder, which OpenSSL looks
/// into when it meets an issuer for the first time.
class TlsContext {
public:
    struct Parts;

    /// Fails with BadConfiguration, naming the file or number at fault and what to do about it.
    [[nodiscard]] static base::Result<std::shared_ptr<TlsContext>> listener(
        const TlsListenerOptions& options);
    /// Fails with BadConfiguration, as listener() does.
    [[nodiscard]] static base::Result<std::shared_ptr<TlsContext>> client(
        const TlsClientOptions& options);

    explicit TlsContext(std::unique_ptr<Parts> parts);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    /// For sessions only.
    [[nodiscard]] Parts& parts() { return *parts_; }

private:
    std::unique_ptr<Parts> parts_;
};

}  // namespace aggregator::net
