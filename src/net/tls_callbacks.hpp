#pragma once

#include <optional>
#include <string>
#include <vector>

#include <aggregator/base/error.hpp>
#include "net/tls_error.hpp"
#include "net/tls_identity.hpp"
#include "net/tls_openssl.hpp"
#include "net/tls_session_cache.hpp"

namespace aggregator::net {

/// What OpenSSL's callbacks know of a session's other side. Owned by the session, which sets it as
/// the SSL's app data.
struct TlsPeer {
    TlsSide side = TlsSide::Client;
    std::string name;                     ///< what a client expects the certificate to bear
    std::string server;                   ///< a client's key in `sessions`
    TlsSessionCache* sessions = nullptr;  ///< a client's
    std::optional<base::Error> refusal;   ///< set when the peer's certificate is refused
};

/// Makes a listener's context choose its certificate by name and its protocol by ALPN. `identities`
/// is borrowed.
void install_listener_callbacks(SSL_CTX& context, const std::vector<TlsIdentity>& identities);

/// Makes a client's context hand new sessions to their peer's cache, and offer its protocol by
/// ALPN.
void install_client_callbacks(SSL_CTX& context);

/// OpenSSL's verify callback: notes why a certificate is refused in the session's TlsPeer.
[[nodiscard]] int note_refusal(int accepted, X509_STORE_CTX* verification);

}  // namespace aggregator::net
