#pragma once

#include <aggregator/lint/rule.hpp>

/// The rules about certificates, keys and cipher suites. Those of files are found by the program,
/// which alone reads certificates, and come in through add().
namespace aggregator::lint {

extern const Rule kCertificateExpired;
extern const Rule kCertificateExpiresSoon;
extern const Rule kCertificateUnreadable;
extern const Rule kCertificateUnusable;
extern const Rule kMtlsCaCertsAlone;
extern const Rule kMtlsPublicAuthorities;
extern const Rule kPrivateKeyOpen;
extern const Rule kWeakCiphers;

}  // namespace aggregator::lint
