#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <aggregator/base/error.hpp>
#include "net/tls_openssl.hpp"
#include "net/tls_transport.hpp"

namespace aggregator::net {

enum class TlsSide : std::uint8_t { Listener, Client };

/// What a failed step is explained from.
struct TlsFailure {
    TlsSide side = TlsSide::Client;
    bool in_handshake = true;
    unsigned long reason = 0;  ///< OpenSSL's first error, or 0
    const TlsTransport& transport;
};

/// The error of a failed step that was not about trust.
[[nodiscard]] base::Error explain_failure(const TlsFailure& failure);

/// The error of a certificate that was refused: which one, why, and what the operator can do.
/// `name` is what a client expected to find in it.
[[nodiscard]] base::Error explain_refusal(X509_STORE_CTX& verification, TlsSide side,
                                          std::string_view name);

/// The certificate's subject on one line, safe to log.
[[nodiscard]] std::string describe_subject(const X509& certificate);

/// A time of a certificate, as RFC 3339 has it.
[[nodiscard]] std::string describe_time(const ASN1_TIME* time);

/// OpenSSL's words for one of its errors.
[[nodiscard]] std::string reason_text(unsigned long reason);

}  // namespace aggregator::net
