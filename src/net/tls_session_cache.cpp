#include "net/tls_session_cache.hpp"

namespace aggregator::net {

void TlsSessionCache::put(const std::string& server, const SSL_SESSION& session) {
    SslSessionPtr copy(SSL_SESSION_dup(&session));
    if (!copy) {
        return;
    }
    const std::lock_guard lock(mutex_);
    if (servers_.size() >= kServersMax && !servers_.contains(server)) {
        servers_.erase(servers_.begin());
    }
    std::vector<SslSessionPtr>& kept = servers_[server];
    if (kept.size() == kSessionsPerServer) {
        kept.erase(kept.begin());
    }
    kept.push_back(std::move(copy));
}

SslSessionPtr TlsSessionCache::take(const std::string& server) {
    const std::lock_guard lock(mutex_);
    const auto found = servers_.find(server);
    if (found == servers_.end()) {
        return nullptr;
    }
    std::vector<SslSessionPtr>& kept = found->second;
    if (SSL_SESSION_get_protocol_version(kept.back().get()) < TLS1_3_VERSION) {
        return SslSessionPtr(SSL_SESSION_dup(kept.back().get()));
    }
    SslSessionPtr session = std::move(kept.back());
    kept.pop_back();
    if (kept.empty()) {
        servers_.erase(found);
    }
    return session;
}

void TlsSessionCache::forget(const std::string& server) {
    const std::lock_guard lock(mutex_);
    servers_.erase(server);
}

}  // namespace aggregator::net
