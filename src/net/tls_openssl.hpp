#pragma once

#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Owners for OpenSSL's objects. NetSSL creates and owns the SSL_CTX; the rest of TLS is asked of
// OpenSSL itself, because NetSSL's secure sockets complete a handshake only with exceptions and
// process-wide handlers in the way: they cannot say whether a non-blocking step wants more or which
// certificate failed and why, choose a certificate by the name asked for, keep sessions by name, or
// bind the expected name to the verification of the chain.
namespace aggregator::net {

template <auto kFree>
struct Freed {
    template <typename T>
    void operator()(T* object) const {
        kFree(object);
    }
};

/// BIO_free returns a number and sk_X509_pop_free wants the element's function: both as plain
/// functions.
inline void free_bio(BIO* bio) { BIO_free(bio); }
inline void free_chain(STACK_OF(X509) * chain) { sk_X509_pop_free(chain, X509_free); }
inline void free_names(GENERAL_NAMES* names) { GENERAL_NAMES_free(names); }

using SslPtr = std::unique_ptr<SSL, Freed<SSL_free>>;
using SslSessionPtr = std::unique_ptr<SSL_SESSION, Freed<SSL_SESSION_free>>;
using X509Ptr = std::unique_ptr<X509, Freed<X509_free>>;
using X509ChainPtr = std::unique_ptr<STACK_OF(X509), Freed<free_chain>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Freed<free_bio>>;
using BioMethodPtr = std::unique_ptr<BIO_METHOD, Freed<BIO_meth_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Freed<free_names>>;

}  // namespace aggregator::net
