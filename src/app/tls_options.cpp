#include "app/tls_options.hpp"

#include <algorithm>
#include <utility>

namespace aggregator::app {
namespace {

net::TlsVersion version_of(config::TlsVersion version) {
    return static_cast<net::TlsVersion>(version);
}

std::vector<net::TlsKeyPair> pairs_of(const std::vector<config::KeyPair>& keys) {
    std::vector<net::TlsKeyPair> pairs;
    for (const auto& key : keys) {
        pairs.push_back({key.public_key, key.private_key});
    }
    return pairs;
}

template <typename Config>
net::TlsChoice choice_of(const Config& config) {
    return {.min_version = version_of(config.min_version),
            .max_version = version_of(config.max_version),
            .curves = config.curve_preferences,
            .cipher_suites = config.cipher_suites};
}

net::TlsListenerOptions listener_options(const config::ListenerTlsConfig& config) {
    return {.choice = choice_of(config),
            .keys = pairs_of(config.keys),
            .require_client_certificate = config.enable_mtls,
            .ca_files = config.ca_certs,
            .disable_system_ca_pool = config.disable_system_ca_pool};
}

net::TlsClientOptions client_options(const config::ClientTlsConfig& config) {
    return {.choice = choice_of(config),
            .allow_insecure_connections = config.allow_insecure_connections,
            .ca_files = config.ca_certs,
            .disable_system_ca_pool = config.disable_system_ca_pool,
            .client_certificates = pairs_of(config.client_certs)};
}

bool any_https(const std::vector<plan::Backend>& backends) {
    return std::any_of(backends.begin(), backends.end(), [](const plan::Backend& backend) {
        return (backend.discovery && backend.discovery->tls) ||
               std::any_of(backend.hosts.begin(), backend.hosts.end(),
                           [](const plan::Host& host) { return host.tls; });
    });
}

/// The system's trust is large and slow to read: only for those who need it.
bool calls_https(const plan::Plan& plan) {
    return std::any_of(plan.endpoints.begin(), plan.endpoints.end(),
                       [](const plan::Endpoint& endpoint) {
                           return any_https(endpoint.backends) || any_https(endpoint.shadows);
                       });
}

base::Result<std::shared_ptr<net::TlsContext>> make_client(const config::ServiceSettings& service) {
    return net::TlsContext::client(client_options(service.client_tls));
}

}  // namespace

base::Result<Tls> make_tls(const plan::Plan& plan) {
    const config::ServiceSettings& service = plan.service;
    Tls tls;
    if (service.tls) {
        auto listener = net::TlsContext::listener(listener_options(*service.tls));
        if (!listener) {
            return base::fail(listener.error());
        }
        tls.listener = std::move(*listener);
    }
    if (!calls_https(plan)) {
        return tls;
    }
    auto client = make_client(service);
    if (!client) {
        return base::fail(client.error());
    }
    tls.client = std::move(*client);
    return tls;
}

base::Result<std::shared_ptr<net::TlsContext>> LateClientTls::context() {
    const std::lock_guard lock(mutex_);
    if (made_ == nullptr) {
        auto client = make_client(plan_.service);
        if (!client) {
            return client;
        }
        made_ = std::move(*client);
    }
    return made_;
}

}  // namespace aggregator::app
