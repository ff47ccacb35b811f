#pragma once

#include <vector>

#include <Poco/Net/Context.h>

#include <aggregator/net/tls.hpp>
#include "net/tls_error.hpp"
#include "net/tls_identity.hpp"
#include "net/tls_openssl.hpp"
#include "net/tls_session_cache.hpp"
#include "net/tls_transport.hpp"

namespace aggregator::net {

/// What a context is made of; sessions borrow it. Immutable but for the session cache.
struct TlsContext::Parts {
    TlsSide side = TlsSide::Client;
    Poco::Net::Context::Ptr owner;
    BioMethodPtr transport_method = make_transport_method();
    std::vector<TlsIdentity> identities;
    TlsSessionCache sessions;  ///< a client's

    [[nodiscard]] SSL_CTX& ssl() const { return *owner->sslContext(); }
};

}  // namespace aggregator::net
