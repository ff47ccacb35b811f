#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/tls_openssl.hpp"

namespace aggregator::net {

/// Sessions that a client may resume, by server. Safe from any thread. A session is never shared
/// with a connection: OpenSSL would spoil it when that connection is cut, and other threads would
/// see it change.
class TlsSessionCache {
public:
    static constexpr std::size_t kServersMax = 1024;
    static constexpr std::size_t kSessionsPerServer = 8;

    /// Keeps a copy; the oldest of that server goes if there are too many.
    void put(const std::string& server, const SSL_SESSION& session);

    /// A session to resume, or null. A TLS 1.3 session is given once only (its ticket would link
    /// connections to each other); an earlier version's is copied.
    [[nodiscard]] SslSessionPtr take(const std::string& server);

    /// Drops what is kept of a server that a handshake has just failed with.
    void forget(const std::string& server);

private:
    std::mutex mutex_;
    std::unordered_map<std::string, std::vector<SslSessionPtr>> servers_;  // none is empty
};

}  // namespace aggregator::net
