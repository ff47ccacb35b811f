#include "net/tls_context.hpp"

#include <cstdint>
#include <string_view>

#include <Poco/Exception.h>

#include "net/tls_callbacks.hpp"
#include "net/tls_choice.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using base::fail;

using PartsResult = base::Result<std::unique_ptr<TlsContext::Parts>>;

enum class SystemPool : std::uint8_t { Trusted, Ignored };

// Whoever names the authorities of client certificates means those alone: with the system's pool,
// any public authority could let a client in.
SystemPool pool_for(const TlsListenerOptions& options) {
    return options.require_client_certificate && !options.disable_system_ca_pool &&
                   options.ca_files.empty()
               ? SystemPool::Trusted
               : SystemPool::Ignored;
}

SystemPool pool_for(const TlsClientOptions& options) {
    return options.allow_insecure_connections || options.disable_system_ca_pool
               ? SystemPool::Ignored
               : SystemPool::Trusted;
}

constexpr std::string_view kSessionScope = "aggregator";

base::Result<Poco::Net::Context::Ptr> make_owner(TlsSide side, SystemPool pool) {
    using Poco::Net::Context;
    Context::Params params;
    params.verificationMode = Context::VERIFY_NONE;
    params.loadDefaultCAs = pool == SystemPool::Trusted;
    params.dhUse2048Bits = true;
    const auto usage =
        side == TlsSide::Listener ? Context::TLS_SERVER_USE : Context::TLS_CLIENT_USE;
    try {
        return Context::Ptr(new Context(usage, params));
    } catch (const Poco::Exception& error) {
        return fail(Code::BadConfiguration, "TLS cannot be set up: " + error.displayText());
    }
}

void set_common(SSL_CTX& context) {
    SSL_CTX_set_options(&context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(&context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
    // One recv takes whole records, where OpenSSL would take each record's head and body apart.
    SSL_CTX_set_read_ahead(&context, 1);
    // Whoever configures an authority trusts it, also one that is not at the top of its chain.
    X509_STORE_set_flags(SSL_CTX_get_cert_store(&context), X509_V_FLAG_PARTIAL_CHAIN);
}

base::Result<std::vector<TlsIdentity>> load_identities(const std::vector<TlsKeyPair>& pairs) {
    std::vector<TlsIdentity> identities;
    for (const TlsKeyPair& pair : pairs) {
        base::Result<TlsIdentity> one = load_identity(pair);
        if (!one) {
            return fail(one.error());
        }
        identities.push_back(std::move(*one));
    }
    return identities;
}

// Backwards, so that the first of each kind of key is the one that stays.
base::Result<void> use_identities(SSL_CTX& context, const std::vector<TlsIdentity>& identities,
                                  const std::vector<TlsKeyPair>& pairs) {
    for (std::size_t i = identities.size(); i > 0; --i) {
        const TlsIdentity& one = identities[i - 1];
        if (SSL_CTX_use_cert_and_key(&context, one.certificate.get(), one.key.get(),
                                     one.chain.get(), 1) != 1) {
            const std::string why = reason_text(ERR_get_error());
            ERR_clear_error();
            return fail(Code::BadConfiguration, "OpenSSL refuses the certificate '" +
                                                    pairs[i - 1].certificate + "': " + why);
        }
    }
    return {};
}

PartsResult make_parts(TlsSide side, const TlsChoice& choice, const std::vector<TlsKeyPair>& pairs,
                       SystemPool pool) {
    base::Result<std::vector<TlsIdentity>> identities = load_identities(pairs);
    if (!identities) {
        return fail(identities.error());
    }
    base::Result<Poco::Net::Context::Ptr> owner = make_owner(side, pool);
    if (!owner) {
        return fail(owner.error());
    }
    auto parts = std::make_unique<TlsContext::Parts>();
    parts->side = side;
    parts->owner = *owner;
    parts->identities = std::move(*identities);
    set_common(parts->ssl());
    if (const auto applied = apply_choice(parts->ssl(), choice, side); !applied) {
        return fail(applied.error());
    }
    if (const auto used = use_identities(parts->ssl(), parts->identities, pairs); !used) {
        return fail(used.error());
    }
    return parts;
}

base::Result<std::vector<X509Ptr>> load_files(const std::vector<std::string>& files) {
    std::vector<X509Ptr> all;
    for (const std::string& file : files) {
        base::Result<std::vector<X509Ptr>> some = load_certificates(file);
        if (!some) {
            return some;
        }
        std::move(some->begin(), some->end(), std::back_inserter(all));
    }
    return all;
}

void trust(SSL_CTX& context, const std::vector<X509Ptr>& certificates) {
    for (const X509Ptr& one : certificates) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), one.get());
    }
}

base::Result<void> require_certificates(TlsContext::Parts& parts,
                                        const TlsListenerOptions& options) {
    const base::Result<std::vector<X509Ptr>> authorities = load_files(options.ca_files);
    if (!authorities) {
        return fail(authorities.error());
    }
    SSL_CTX& context = parts.ssl();
    trust(context, *authorities);
    for (std::size_t i = 0; options.ca_files.empty() && i < parts.identities.size(); ++i) {
        X509* const own = parts.identities[i].certificate.get();
        X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), own);
    }
    // Tells a client with several certificates which to send.
    for (const X509Ptr& authority : *authorities) {
        SSL_CTX_add_client_CA(&context, authority.get());
    }
    SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, note_refusal);
    return {};
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

TlsContext::~TlsContext() = default;

base::Result<std::shared_ptr<TlsContext>> TlsContext::listener(const TlsListenerOptions& options) {
    if (options.keys.empty()) {
        return fail(Code::BadConfiguration,
                    "a TLS listener needs a certificate with its private key: list one in keys");
    }
    PartsResult parts =
        make_parts(TlsSide::Listener, options.choice, options.keys, pool_for(options));
    if (!parts) {
        return fail(parts.error());
    }
    SSL_CTX& context = (*parts)->ssl();
    SSL_CTX_set_verify(&context, SSL_VERIFY_NONE, nullptr);
    if (options.require_client_certificate) {
        if (const auto required = require_certificates(**parts, options); !required) {
            return fail(required.error());
        }
    }
    SSL_CTX_set_session_id_context(&context,
                                   reinterpret_cast<const unsigned char*>(kSessionScope.data()),
                                   static_cast<unsigned int>(kSessionScope.size()));
    install_listener_callbacks(context, (*parts)->identities);
    return std::make_shared<TlsContext>(std::move(*parts));
}

base::Result<std::shared_ptr<TlsContext>> TlsContext::client(const TlsClientOptions& options) {
    const bool verifies = !options.allow_insecure_connections;
    if (verifies && options.disable_system_ca_pool && options.ca_files.empty()) {
        return fail(Code::BadConfiguration,
                    "TLS clients trust nobody: the system's CA pool is disabled and ca_certs is "
                    "empty; list a CA file");
    }
    PartsResult parts =
        make_parts(TlsSide::Client, options.choice, options.client_certificates, pool_for(options));
    if (!parts) {
        return fail(parts.error());
    }
    const base::Result<std::vector<X509Ptr>> authorities = load_files(options.ca_files);
    if (!authorities) {
        return fail(authorities.error());
    }
    SSL_CTX& context = (*parts)->ssl();
    trust(context, *authorities);
    SSL_CTX_set_verify(&context, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                       verifies ? note_refusal : nullptr);
    install_client_callbacks(context);
    return std::make_shared<TlsContext>(std::move(*parts));
}

}  // namespace aggregator::net
