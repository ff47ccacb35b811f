#include "net/tls_identity.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <openssl/pem.h>

#include "net/tls_error.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using base::fail;

// What OpenSSL calls for a passphrase. Without it, a protected key would be asked for on the
// terminal.
int refuse_passphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

base::Result<BioPtr> open(const std::string& path) {
    if (path.empty()) {
        return fail(Code::BadConfiguration, "a certificate or key has no path");
    }
    errno = 0;
    BioPtr file(BIO_new_file(path.c_str(), "r"));
    if (!file) {
        ERR_clear_error();
        return fail(Code::BadConfiguration, "cannot read '" + path + "': " + std::strerror(errno) +
                                                "; check the path and that this user may read it");
    }
    return file;
}

base::Result<KeyPtr> load_key(const std::string& path) {
    const base::Result<BioPtr> file = open(path);
    if (!file) {
        return fail(file.error());
    }
    bool passphrase_asked = false;
    KeyPtr key(PEM_read_bio_PrivateKey(file->get(), nullptr, refuse_passphrase, &passphrase_asked));
    ERR_clear_error();
    if (passphrase_asked) {
        return fail(
            Code::BadConfiguration,
            "the private key '" + path + "' is protected by a passphrase; write it without one");
    }
    if (!key) {
        return fail(Code::BadConfiguration, "'" + path + "' holds no private key in PEM format");
    }
    return key;
}

}  // namespace

bool TlsIdentity::covers(const std::string& name) const {
    return X509_check_host(certificate.get(), name.data(), name.size(), 0, nullptr) == 1;
}

bool TlsIdentity::same_kind(const TlsIdentity& other) const {
    return EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_get_base_id(other.key.get());
}

base::Result<std::vector<X509Ptr>> load_certificates(const std::string& path) {
    const base::Result<BioPtr> file = open(path);
    if (!file) {
        return fail(file.error());
    }
    std::vector<X509Ptr> found;
    while (X509Ptr one{PEM_read_bio_X509(file->get(), nullptr, nullptr, nullptr)}) {
        found.push_back(std::move(one));
    }
    const unsigned long why = ERR_peek_last_error();
    ERR_clear_error();
    const bool end_of_file =
        ERR_GET_LIB(why) == ERR_LIB_PEM && ERR_GET_REASON(why) == PEM_R_NO_START_LINE;
    if (!end_of_file) {
        return fail(Code::BadConfiguration, "certificate " + std::to_string(found.size() + 1) +
                                                " of '" + path +
                                                "' is broken: " + reason_text(why));
    }
    if (found.empty()) {
        return fail(Code::BadConfiguration, "'" + path + "' holds no certificate in PEM format");
    }
    return found;
}

base::Result<TlsIdentity> load_identity(const TlsKeyPair& pair) {
    base::Result<std::vector<X509Ptr>> certificates = load_certificates(pair.certificate);
    if (!certificates) {
        return fail(certificates.error());
    }
    base::Result<KeyPtr> key = load_key(pair.private_key);
    if (!key) {
        return fail(key.error());
    }
    TlsIdentity identity{std::move(certificates->front()), X509ChainPtr(sk_X509_new_null()),
                         std::move(*key)};
    for (std::size_t i = 1; i < certificates->size(); ++i) {
        sk_X509_push(identity.chain.get(), (*certificates)[i].release());
    }
    if (X509_check_private_key(identity.certificate.get(), identity.key.get()) != 1) {
        ERR_clear_error();
        return fail(Code::BadConfiguration,
                    "the private key '" + pair.private_key +
                        "' does not belong to the first certificate of '" + pair.certificate +
                        "' (" + describe_subject(*identity.certificate) +
                        "); the file's order is: own certificate, then its chain");
    }
    return identity;
}

std::vector<const TlsIdentity*> choose_identities(const std::vector<TlsIdentity>& identities,
                                                  const std::string& name) {
    std::vector<const TlsIdentity*> chosen;
    for (const TlsIdentity& one : identities) {
        const bool taken = std::any_of(chosen.begin(), chosen.end(), [&](const TlsIdentity* other) {
            return other->same_kind(one);
        });
        if (!taken && !name.empty() && one.covers(name)) {
            chosen.push_back(&one);
        }
    }
    if (chosen.empty()) {
        chosen.push_back(&identities.front());
    }
    return chosen;
}

}  // namespace aggregator::net
