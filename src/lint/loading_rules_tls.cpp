#include "lint/tls_rules.hpp"

// About the files that `tls` and `client_tls` name: the program looks at them, as lint reads no
// certificates.
namespace aggregator::lint {

constinit const Rule kCertificateExpired = {
    .name = "certificate-expired",
    .severity = Severity::Error,
    .summary = "a certificate that has expired or is not valid yet",
    .explanation =
        R"(Whoever checks the certificate refuses the connection. The gateway starts with it
all the same, with a warning, because clients that check nothing are still served.
A bundle of authorities has expired once all of them have.

Bad:
    notAfter=Feb  1 00:00:00 2020 GMT

Good:
    notAfter=Feb  1 00:00:00 2030 GMT)",
};

constinit const Rule kCertificateExpiresSoon = {
    .name = "certificate-expires-soon",
    .severity = Severity::Warning,
    .summary = "a certificate that expires within 30 days",
    .explanation =
        R"(Files are read when the gateway starts: after a renewal it has to be started again.
The metric `aggregator_certificate_expiry_seconds` has the time for each file.

Bad:
    a certificate that is valid for 29 days more

Good:
    a certificate that is valid for 31 days more)",
};

constinit const Rule kCertificateUnreadable = {
    .name = "certificate-unreadable",
    .severity = Severity::Warning,
    .summary = "a file of TLS that cannot be read on this machine",
    .explanation =
        R"(The gateway does not start without the files that `tls` and `client_tls` name. It
is a warning here, as lint may run on a machine that does not have them.

Bad:
    "tls": { "keys": [{ "public_key": "/etc/ssl/no.crt", "private_key": "/etc/ssl/no.key" }] }

Good:
    "tls": { "keys": [{ "public_key": "/etc/ssl/gw.crt", "private_key": "/etc/ssl/gw.key" }] })",
};

constinit const Rule kCertificateUnusable = {
    .name = "certificate-unusable",
    .severity = Severity::Error,
    .summary = "a file of TLS that holds no certificate or key, or not the one that fits",
    .explanation =
        R"(The gateway does not start with a file that is not PEM or is broken, with a key
behind a passphrase, or with a key that does not belong to its certificate. In a
file of several certificates, the own one comes first.

Bad:
    "keys": [{ "public_key": "chain.pem", "private_key": "server.key" }]

Good:
    "keys": [{ "public_key": "server-and-chain.pem", "private_key": "server.key" }])",
};

constinit const Rule kPrivateKeyOpen = {
    .name = "private-key-open",
    .severity = Severity::Warning,
    .summary = "a private key that other users of the machine may read or change",
    .explanation =
        R"(Whoever has the key can pose as the gateway. Only its own user should be able to
read the file.

Bad:
    -rw-r--r-- server.key

Good:
    -rw------- server.key)",
};

}  // namespace aggregator::lint
