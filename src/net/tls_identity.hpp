#pragma once

#include <string>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/net/tls.hpp>
#include "net/tls_openssl.hpp"

namespace aggregator::net {

/// A certificate with its chain and key, as one side proves who it is. Immutable once loaded.
struct TlsIdentity {
    X509Ptr certificate;
    X509ChainPtr chain;
    KeyPtr key;

    /// The certificate bears this DNS name, exactly or by a wildcard.
    [[nodiscard]] bool covers(const std::string& name) const;
    /// Both have the same kind of key, so only one of them can be offered on a connection.
    [[nodiscard]] bool same_kind(const TlsIdentity& other) const;
};

/// Reads both files of a pair and checks that they belong together.
[[nodiscard]] base::Result<TlsIdentity> load_identity(const TlsKeyPair& pair);

/// Every certificate of a PEM file, at least one.
[[nodiscard]] base::Result<std::vector<X509Ptr>> load_certificates(const std::string& path);

/// What identities to offer to a client that asks for `name`: those that cover it, one for each
/// kind of key, in order; if none does or `name` is empty, the first alone. `identities` is not
/// empty.
[[nodiscard]] std::vector<const TlsIdentity*> choose_identities(
    const std::vector<TlsIdentity>& identities, const std::string& name);

}  // namespace aggregator::net
