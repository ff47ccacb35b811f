#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "net/tls_openssl.hpp"

namespace aggregator::net {

/// The descriptor under a TLS session, and what was seen on it. OpenSSL's own socket BIO would
/// raise SIGPIPE and leave only a thread-wide errno to tell a reset from an end; this one keeps
/// both facts, and the peer's first bytes, which tell whether it speaks TLS at all.
struct TlsTransport {
    int fd = -1;
    int error = 0;       ///< errno of the failure that ended the connection
    bool ended = false;  ///< the peer's bytes ended
    std::array<char, 16> first{};
    std::size_t first_bytes = 0;

    [[nodiscard]] std::string_view beginning() const { return {first.data(), first_bytes}; }
    /// False once the first two bytes are there and are not those of a TLS record.
    [[nodiscard]] bool may_be_tls() const;
    /// The first bytes are those of an HTTP request or response.
    [[nodiscard]] bool looks_like_http() const;
};

/// The kind of BIO that reads and writes a TlsTransport; the owner must outlive its BIOs.
[[nodiscard]] BioMethodPtr make_transport_method();

/// A BIO over a transport that is borrowed.
[[nodiscard]] BIO* make_transport_bio(const BIO_METHOD& method, TlsTransport& transport);

}  // namespace aggregator::net
