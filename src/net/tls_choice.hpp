#pragma once

#include <string>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/net/tls.hpp>
#include "net/tls_error.hpp"
#include "net/tls_openssl.hpp"

namespace aggregator::net {

/// Makes a context keep to the versions, curves and cipher suites that were chosen. A listener's
/// own set of suites is forward secret and authenticated; a client's is what OpenSSL holds safe, as
/// backends may be old. With a minimum below TLS 1.2 OpenSSL has to be told to accept weaker keys
/// and digests too (its security level 0).
[[nodiscard]] base::Result<void> apply_choice(SSL_CTX& context, const TlsChoice& choice,
                                              TlsSide side);

}  // namespace aggregator::net
