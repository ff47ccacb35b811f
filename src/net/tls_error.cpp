#include "net/tls_error.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>

#include <openssl/sslerr.h>

namespace aggregator::net {
namespace {

using base::Code;
using base::Error;

constexpr std::size_t kTextMax = 200;
constexpr int kShownNamesMax = 5;

std::string_view peer_of(TlsSide side) {
    return side == TlsSide::Client ? "the backend" : "the client";
}

// What a peer sent, made fit for a log line.
std::string printable(std::string_view text) {
    std::string out(text.substr(0, kTextMax));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return out;
}

std::string describe_name(const X509_NAME* name) {
    const BioPtr memory(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return size > 0 ? printable({text, static_cast<std::size_t>(size)}) : "(no name)";
}

std::string describe_address(const ASN1_OCTET_STRING& address) {
    // The C++ compilers disagree about whether OpenSSL's printer takes the bytes as const, so a
    // copy is printed.
    const BioPtr memory(BIO_new(BIO_s_mem()));
    GENERAL_NAME name{};
    name.type = GEN_IPADD;
    name.d.iPAddress = const_cast<ASN1_OCTET_STRING*>(&address);
    GENERAL_NAME_print(memory.get(), &name);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return printable({text, static_cast<std::size_t>(size)});
}

std::string describe_names(const X509& certificate) {
    const NamesPtr names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
    const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
    std::string out;
    for (int i = 0; i < std::min(count, kShownNamesMax); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        out += out.empty() ? "" : ", ";
        if (name->type == GEN_DNS) {
            const ASN1_IA5STRING* dns = name->d.dNSName;
            out += printable({reinterpret_cast<const char*>(ASN1_STRING_get0_data(dns)),
                              static_cast<std::size_t>(ASN1_STRING_length(dns))});
        } else {
            out += name->type == GEN_IPADD ? describe_address(*name->d.iPAddress)
                                           : "(another kind of name)";
        }
    }
    out += count > kShownNamesMax ? " and " + std::to_string(count - kShownNamesMax) + " more" : "";
    return out.empty() ? "no DNS name or address" : out;
}

Error wrong_name(const X509& certificate, std::string_view name) {
    return {Code::TlsWrongName, "the backend's certificate is not for " + printable(name) +
                                    " but for " + describe_names(certificate) + " (" +
                                    describe_subject(certificate) + ")"};
}

Error out_of_date(const X509& certificate, int why) {
    const bool early = why == X509_V_ERR_CERT_NOT_YET_VALID;
    return {
        Code::TlsExpired,
        "the certificate " + describe_subject(certificate) +
            (early ? " is not valid before " + describe_time(X509_get0_notBefore(&certificate)) +
                         "; compare this machine's clock"
                   : " expired at " + describe_time(X509_get0_notAfter(&certificate)))};
}

Error untrusted(const X509& certificate, int why, TlsSide side) {
    return {Code::TlsUntrusted,
            std::string(peer_of(side)) + "'s certificate is not trusted: " +
                X509_verify_cert_error_string(why) + "; subject " + describe_subject(certificate) +
                ", issuer " + describe_name(X509_get_issuer_name(&certificate)) +
                "; if that is right, list the issuer's certificate in ca_certs"};
}

Error not_tls(const TlsFailure& failure) {
    const std::string peer(peer_of(failure.side));
    if (failure.transport.looks_like_http()) {
        return {
            Code::TlsNotSpoken,
            peer + (failure.side == TlsSide::Client
                        ? " speaks plain HTTP on this port, not TLS; write http:// or its TLS port"
                        : " sent a plain HTTP request to a port that speaks TLS")};
    }
    return {Code::TlsNotSpoken, peer + " does not speak TLS: its first bytes were '" +
                                    printable(failure.transport.beginning()) + "'"};
}

Error ended(const TlsFailure& failure) {
    const std::string peer(peer_of(failure.side));
    if (failure.in_handshake) {
        return {Code::Closed, peer + " closed the connection during the TLS handshake"};
    }
    return {Code::Reset,
            peer + " closed the connection without TLS's close_notify: bytes may be missing"};
}

Error by_reason(const TlsFailure& failure) {
    const std::string peer(peer_of(failure.side));
    const int reason = ERR_GET_REASON(failure.reason);
    if (reason > SSL_AD_REASON_OFFSET) {
        const int alert = reason - SSL_AD_REASON_OFFSET;
        return {Code::TlsHandshake, peer + " refused the TLS connection: alert " +
                                        std::to_string(alert) + ", " +
                                        SSL_alert_desc_string_long(alert)};
    }
    if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
        return {Code::TlsUntrusted, peer + " sent no certificate, and this listener requires one"};
    }
    const std::string words = reason_text(failure.reason);
    return failure.in_handshake ? Error{Code::TlsHandshake, "the TLS handshake failed: " + words}
                                : Error{Code::Reset, "the TLS connection broke: " + words};
}

}  // namespace

std::string describe_time(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) {
        return "an unreadable date";
    }
    char text[32];
    const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text, size};
}

std::string reason_text(unsigned long reason) {
    const char* words = ERR_reason_error_string(reason);
    return words != nullptr ? words : "no reason was given";
}

std::string describe_subject(const X509& certificate) {
    return describe_name(X509_get_subject_name(&certificate));
}

Error explain_failure(const TlsFailure& failure) {
    if (failure.in_handshake && !failure.transport.may_be_tls()) {
        return not_tls(failure);
    }
    if (failure.transport.error != 0) {
        return {Code::Reset, std::string(peer_of(failure.side)) +
                                 (failure.in_handshake ? " broke the TLS handshake off: "
                                                       : " broke the connection off: ") +
                                 std::strerror(failure.transport.error)};
    }
    const bool no_more =
        failure.reason == 0 || ERR_GET_REASON(failure.reason) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
    return no_more ? ended(failure) : by_reason(failure);
}

Error explain_refusal(X509_STORE_CTX& verification, TlsSide side, std::string_view name) {
    const int why = X509_STORE_CTX_get_error(&verification);
    const X509* certificate = X509_STORE_CTX_get_current_cert(&verification);
    if (certificate == nullptr) {
        certificate = X509_STORE_CTX_get0_cert(&verification);
    }
    switch (why) {
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return wrong_name(*certificate, name);
        case X509_V_ERR_CERT_HAS_EXPIRED:
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return out_of_date(*certificate, why);
        default:
            return untrusted(*certificate, why, side);
    }
}

}  // namespace aggregator::net
