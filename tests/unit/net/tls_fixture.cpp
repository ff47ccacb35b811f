#include "unit/net/tls_fixture.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace aggregator::net::tests {
namespace {

std::string pem_text(BIO* memory) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory, &text);
    return {text, static_cast<std::size_t>(size)};
}

KeyPtr make_key(KeyKind kind) {
    return KeyPtr(kind == KeyKind::Ec ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048));
}

void set_name(X509_NAME* name, const std::string& common_name) {
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                               0);
}

void add_extension(X509* certificate, int kind, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    REQUIRE(extension != nullptr);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

bool waits(const Io& io) { return io.state == Io::State::Wait; }

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tls-test-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, std::string_view content) const {
    std::ofstream file(path(name), std::ios::binary);
    file << content;
    REQUIRE(file.good());
    return path(name);
}

std::string Made::certificate_pem() const {
    const BioPtr memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(memory.get(), certificate.get());
    return pem_text(memory.get());
}

std::string Made::key_pem(const std::string& passphrase) const {
    const BioPtr memory(BIO_new(BIO_s_mem()));
    const auto* secret = reinterpret_cast<const unsigned char*>(passphrase.data());
    PEM_write_bio_PrivateKey(memory.get(), key.get(),
                             passphrase.empty() ? nullptr : EVP_aes_128_cbc(), secret,
                             static_cast<int>(passphrase.size()), nullptr, nullptr);
    return pem_text(memory.get());
}

Made make_certificate(const Subject& subject, const Made* issuer) {
    static std::atomic<long> serial{1};
    Made made{X509Ptr(X509_new()), make_key(subject.kind)};
    X509* certificate = made.certificate.get();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial.fetch_add(1));
    X509_gmtime_adj(X509_getm_notBefore(certificate), subject.begins);
    X509_gmtime_adj(X509_getm_notAfter(certificate), subject.ends);
    X509_set_pubkey(certificate, made.key.get());
    set_name(X509_get_subject_name(certificate), subject.common_name);
    X509_set_issuer_name(
        certificate,
        X509_get_subject_name(issuer != nullptr ? issuer->certificate.get() : certificate));
    add_extension(certificate, NID_basic_constraints,
                  subject.authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!subject.names.empty()) {
        add_extension(certificate, NID_subject_alt_name, subject.names);
    }
    X509_sign(certificate, issuer != nullptr ? issuer->key.get() : made.key.get(), EVP_sha256());
    return made;
}

Authority::Authority(const std::string& name)
    : made(make_certificate({.common_name = name, .names = {}, .authority = true}, nullptr)) {
    folder.write("ca.pem", made.certificate_pem());
}

TlsKeyPair Authority::issue(const std::string& file, const Subject& subject) const {
    const Made issued = make_certificate(subject, &made);
    return {folder.write(file + ".crt", issued.certificate_pem()),
            folder.write(file + ".key", issued.key_pem())};
}

std::shared_ptr<TlsContext> listener_for(const TlsListenerOptions& options) {
    auto context = TlsContext::listener(options);
    REQUIRE_MESSAGE(context, (context ? "" : context.error().detail));
    return *context;
}

std::shared_ptr<TlsContext> client_for(const TlsClientOptions& options) {
    auto context = TlsContext::client(options);
    REQUIRE_MESSAGE(context, (context ? "" : context.error().detail));
    return *context;
}

std::shared_ptr<TlsContext> client_trusting(const std::string& ca_file) {
    TlsClientOptions options;
    options.ca_files = {ca_file};
    options.disable_system_ca_pool = true;
    return client_for(options);
}

Connection::Connection() {
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends_.data()) == 0);
}

Connection::~Connection() {
    close(0);
    close(1);
}

void Connection::close(std::size_t which) {
    if (ends_[which] >= 0) {
        ::close(ends_[which]);
        ends_[which] = -1;
    }
}

Talk::Talk(const std::shared_ptr<TlsContext>& listener_context,
           const std::shared_ptr<TlsContext>& client_context, const std::string& server_name)
    : listener(TlsSession::accept(listener_context, connection.listener())),
      client(TlsSession::connect(client_context, connection.client(), server_name)) {}

void Talk::shake() {
    // A handshake is four flights at most; whatever waits after many rounds waits for ever.
    constexpr int kRounds = 16;
    for (int round = 0; round < kRounds && (waits(client_outcome) || waits(listener_outcome));
         ++round) {
        client_outcome = waits(client_outcome) ? client->handshake() : client_outcome;
        listener_outcome = waits(listener_outcome) ? listener->handshake() : listener_outcome;
    }
}

bool Talk::established() const {
    return client_outcome.state == Io::State::Done && listener_outcome.state == Io::State::Done;
}

Io Talk::settle() {
    char byte = 0;
    return client->read(&byte, 1);
}

void send_raw(int descriptor, std::string_view bytes) {
    REQUIRE(::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
}

std::string receive_raw(int descriptor) {
    std::string all(65536, '\0');
    const ssize_t got = ::recv(descriptor, all.data(), all.size(), 0);
    all.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return all;
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace aggregator::net::tests
