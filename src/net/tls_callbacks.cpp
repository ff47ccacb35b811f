#include "net/tls_callbacks.hpp"

#include <string_view>

namespace aggregator::net {
namespace {

// ALPN's form: each name after its length. No more is spoken here; a listener also takes 1.0, which
// it serves alike.
constexpr std::string_view kClientProtocols = "\x08http/1.1";
constexpr std::string_view kListenerProtocols = "\x08http/1.1\x08http/1.0";

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// NOLINTNEXTLINE(readability-function-size): OpenSSL calls it with six parameters.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
    unsigned char* found = nullptr;
    const int outcome = SSL_select_next_proto(&found, chosen_size, bytes_of(kListenerProtocols),
                                              static_cast<unsigned int>(kListenerProtocols.size()),
                                              offered, offered_size);
    *chosen = found;
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// To accept the name at all binds a TLS 1.2 session to it: it cannot be resumed under another.
int accept_name(SSL*, int*, void*) { return SSL_TLSEXT_ERR_OK; }

int choose_certificate(SSL* session, void* identities) {
    const char* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
    const auto& all = *static_cast<const std::vector<TlsIdentity>*>(identities);
    SSL_certs_clear(session);
    for (const TlsIdentity* one : choose_identities(all, name != nullptr ? name : "")) {
        if (SSL_use_cert_and_key(session, one->certificate.get(), one->key.get(), one->chain.get(),
                                 1) != 1) {
            return 0;
        }
    }
    return 1;
}

// The cache copies, so the reference that OpenSSL offers is always given back.
int keep_session(SSL* session, SSL_SESSION* fresh) {
    const auto* peer = static_cast<const TlsPeer*>(SSL_get_app_data(session));
    if (SSL_SESSION_is_resumable(fresh) == 1) {
        peer->sessions->put(peer->server, *fresh);
    }
    return 0;
}

}  // namespace

void install_listener_callbacks(SSL_CTX& context, const std::vector<TlsIdentity>& identities) {
    SSL_CTX_set_alpn_select_cb(&context, choose_protocol, nullptr);
    // What OpenSSL's macro for it does, without its old-style cast.
    SSL_CTX_callback_ctrl(&context, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                          reinterpret_cast<void (*)()>(accept_name));
    SSL_CTX_set_cert_cb(&context, choose_certificate,
                        const_cast<std::vector<TlsIdentity>*>(&identities));
}

void install_client_callbacks(SSL_CTX& context) {
    SSL_CTX_set_alpn_protos(&context, bytes_of(kClientProtocols),
                            static_cast<unsigned int>(kClientProtocols.size()));
    SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(&context, keep_session);
}

int note_refusal(int accepted, X509_STORE_CTX* verification) {
    if (accepted == 1) {
        return 1;
    }
    void* session = X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx());
    auto* peer = static_cast<TlsPeer*>(SSL_get_app_data(static_cast<SSL*>(session)));
    peer->refusal = explain_refusal(*verification, peer->side, peer->name);
    return 0;
}

}  // namespace aggregator::net
