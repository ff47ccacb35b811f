#include "net/tls_choice.hpp"

#include <array>
#include <utility>

namespace aggregator::net {
namespace {

using base::Code;
using base::fail;

constexpr std::array<std::pair<int, const char*>, 5> kCurves{
    {{23, "P-256"}, {24, "P-384"}, {25, "P-521"}, {29, "X25519"}, {30, "X448"}}};
constexpr const char* kCurvesDefault = "X25519:P-256:P-384:P-521";

constexpr const char* kListenerSuites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* kClientSuites = "DEFAULT";
constexpr int kTls13Suites = 0x13;  // the high byte of every TLS 1.3 suite

int number_of(TlsVersion version) {
    switch (version) {
        case TlsVersion::Tls10:
            return TLS1_VERSION;
        case TlsVersion::Tls11:
            return TLS1_1_VERSION;
        case TlsVersion::Tls12:
            return TLS1_2_VERSION;
        case TlsVersion::Tls13:
            break;
    }
    return TLS1_3_VERSION;
}

base::Result<void> apply_versions(SSL_CTX& context, const TlsChoice& choice) {
    if (choice.min_version > choice.max_version) {
        return fail(Code::BadConfiguration,
                    "the TLS min_version is above the max_version, so no handshake could succeed; "
                    "lower min_version");
    }
    if (SSL_CTX_set_min_proto_version(&context, number_of(choice.min_version)) != 1 ||
        SSL_CTX_set_max_proto_version(&context, number_of(choice.max_version)) != 1) {
        return fail(Code::BadConfiguration,
                    "this machine's OpenSSL does not offer the TLS versions asked for");
    }
    return {};
}

// To a list as OpenSSL reads it.
void add_name(std::string& list, const char* name) {
    list += list.empty() ? "" : ":";
    list += name;
}

const char* curve_name(int number) {
    for (const auto& [known, name] : kCurves) {
        if (known == number) {
            return name;
        }
    }
    return nullptr;
}

base::Result<void> apply_curves(SSL_CTX& context, const std::vector<int>& curves) {
    std::string names;
    for (const int number : curves) {
        const char* name = curve_name(number);
        if (name == nullptr) {
            return fail(Code::BadConfiguration, "TLS curve " + std::to_string(number) +
                                                    " is unknown; there are 23 (P-256), 24 "
                                                    "(P-384), 25 (P-521), 29 (X25519), 30 (X448)");
        }
        add_name(names, name);
    }
    if (SSL_CTX_set1_groups_list(&context, names.empty() ? kCurvesDefault : names.c_str()) != 1) {
        ERR_clear_error();
        return fail(Code::BadConfiguration,
                    "OpenSSL refuses the TLS curves " + names + "; is one there twice?");
    }
    return {};
}

// The suites' names as OpenSSL takes them. Those of TLS 1.3 are left out: they are always on.
base::Result<std::string> suite_names(SSL_CTX& context, const std::vector<int>& numbers) {
    // Only a session can look a suite up by its number, and only among those its versions could
    // use.
    const SslPtr probe(SSL_new(&context));
    std::string names;
    for (const int number : numbers) {
        const unsigned char bytes[] = {static_cast<unsigned char>(number >> 8),
                                       static_cast<unsigned char>(number & 0xff)};
        const SSL_CIPHER* suite =
            number > 0 && number <= 0xffff ? SSL_CIPHER_find(probe.get(), bytes) : nullptr;
        if (suite == nullptr) {
            return fail(Code::BadConfiguration,
                        "TLS cipher suite " + std::to_string(number) +
                            " is unknown to this machine's OpenSSL; remove it");
        }
        if (number >> 8 != kTls13Suites) {
            add_name(names, SSL_CIPHER_get_name(suite));
        }
    }
    return names;
}

base::Result<std::string> suite_list(SSL_CTX& context, const TlsChoice& choice, TlsSide side) {
    const bool old = choice.min_version < TlsVersion::Tls12;
    const std::string level = old ? ":@SECLEVEL=0" : "";
    if (choice.cipher_suites.empty()) {
        return (side == TlsSide::Listener && !old ? kListenerSuites : kClientSuites) + level;
    }
    base::Result<std::string> names = suite_names(context, choice.cipher_suites);
    if (names && names->empty()) {
        if (choice.min_version < TlsVersion::Tls13) {
            return fail(Code::BadConfiguration,
                        "the TLS cipher_suites are all of TLS 1.3, which are always on; add one of "
                        "TLS 1.2 or set "
                        "min_version to TLS13");
        }
        return std::string(kClientSuites);
    }
    return names ? *names + level : names;
}

}  // namespace

base::Result<void> apply_choice(SSL_CTX& context, const TlsChoice& choice, TlsSide side) {
    if (base::Result<void> versions = apply_versions(context, choice); !versions) {
        return versions;
    }
    if (base::Result<void> curves = apply_curves(context, choice.curves); !curves) {
        return curves;
    }
    const base::Result<std::string> suites = suite_list(context, choice, side);
    if (!suites) {
        return fail(suites.error());
    }
    if (SSL_CTX_set_cipher_list(&context, suites->c_str()) != 1) {
        ERR_clear_error();
        return fail(Code::BadConfiguration,
                    "OpenSSL allows none of the TLS cipher_suites " + *suites);
    }
    return {};
}

}  // namespace aggregator::net
