#include <doctest/doctest.h>

#include "unit/net/tls_fixture.hpp"

namespace aggregator::net::tests {
namespace {

struct Files {
    Authority authority;
    TlsKeyPair good = authority.issue("good", {.common_name = "good", .names = "DNS:good.example"});

    [[nodiscard]] TlsListenerOptions listener() const {
        TlsListenerOptions options;
        options.keys = {good};
        return options;
    }
    [[nodiscard]] TlsClientOptions client() const {
        TlsClientOptions options;
        options.ca_files = {authority.ca_file()};
        options.disable_system_ca_pool = true;
        return options;
    }
};

template <typename Outcome>
std::string refusal(const Outcome& outcome) {
    REQUIRE(!outcome);
    CHECK(outcome.error().code == base::Code::BadConfiguration);
    return outcome.error().detail;
}

}  // namespace

TEST_CASE("tls context: a listener without a certificate is refused") {
    CHECK(contains(refusal(TlsContext::listener({})), "needs a certificate"));
}

TEST_CASE("tls context: a file that cannot be read is named with the reason") {
    const Files files;
    TlsListenerOptions options = files.listener();
    SUBCASE("certificate") { options.keys[0].certificate = "/nowhere/a.crt"; }
    SUBCASE("key") { options.keys[0].private_key = "/nowhere/a.crt"; }
    SUBCASE("authority") {
        options.require_client_certificate = true;
        options.ca_files = {"/nowhere/a.crt"};
    }
    const std::string detail = refusal(TlsContext::listener(options));
    CHECK(contains(detail, "'/nowhere/a.crt'"));
    CHECK(contains(detail, "No such file or directory"));
}

TEST_CASE("tls context: a folder in place of a file is refused") {
    const Files files;
    TlsClientOptions options = files.client();
    options.ca_files = {files.authority.folder.path("")};
    CHECK(contains(refusal(TlsContext::client(options)), files.authority.folder.path("")));
}

TEST_CASE("tls context: a path that was left empty is refused") {
    const Files files;
    TlsListenerOptions options = files.listener();
    options.keys[0].private_key.clear();
    CHECK(contains(refusal(TlsContext::listener(options)), "has no path"));
}

TEST_CASE("tls context: a file without what it should hold is named") {
    const Files files;
    TlsListenerOptions options = files.listener();
    SUBCASE("certificate") {
        options.keys[0].certificate = options.keys[0].private_key;
        CHECK(contains(refusal(TlsContext::listener(options)), "good.key' holds no certificate"));
    }
    SUBCASE("key") {
        options.keys[0].private_key = options.keys[0].certificate;
        CHECK(contains(refusal(TlsContext::listener(options)), "good.crt' holds no private key"));
    }
}

TEST_CASE("tls context: a broken certificate behind good ones is refused with its number") {
    const Files files;
    const std::string broken = files.authority.made.certificate_pem() +
                               "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    TlsClientOptions options = files.client();
    options.ca_files = {files.authority.folder.write("broken.pem", broken)};
    CHECK(contains(refusal(TlsContext::client(options)), "certificate 2 of '"));
}

TEST_CASE("tls context: a key that belongs to another certificate is refused with both files") {
    const Files files;
    const TlsKeyPair other = files.authority.issue("other", {.common_name = "other", .names = {}});
    TlsListenerOptions options = files.listener();
    options.keys[0].private_key = other.private_key;
    const std::string detail = refusal(TlsContext::listener(options));
    CHECK(contains(detail, "other.key' does not belong"));
    CHECK(contains(detail, "good.crt' (CN=good)"));
}

TEST_CASE("tls context: a key with a passphrase is refused, and nobody is asked for it") {
    const Files files;
    const Made locked = make_certificate({.common_name = "locked", .names = {}}, nullptr);
    TlsListenerOptions options = files.listener();
    options.keys = {{files.authority.folder.write("locked.crt", locked.certificate_pem()),
                     files.authority.folder.write("locked.key", locked.key_pem("secret"))}};
    CHECK(contains(refusal(TlsContext::listener(options)), "protected by a passphrase"));
}

TEST_CASE("tls context: a pair that is not the first is checked as well") {
    const Files files;
    TlsListenerOptions options = files.listener();
    options.keys.push_back({"/nowhere/second.crt", "/nowhere/second.key"});
    CHECK(contains(refusal(TlsContext::listener(options)), "/nowhere/second.crt"));
}

TEST_CASE("tls context: a least version above the greatest is refused on both sides") {
    const Files files;
    const TlsChoice choice{.min_version = TlsVersion::Tls13,
                           .max_version = TlsVersion::Tls12,
                           .curves = {},
                           .cipher_suites = {}};
    TlsListenerOptions listener = files.listener();
    listener.choice = choice;
    TlsClientOptions client = files.client();
    client.choice = choice;
    CHECK(contains(refusal(TlsContext::listener(listener)), "min_version"));
    CHECK(contains(refusal(TlsContext::client(client)), "min_version"));
}

TEST_CASE("tls context: an unknown curve is refused with its number and the known ones") {
    const Files files;
    TlsListenerOptions options = files.listener();
    options.choice.curves = {29, 4711};
    const std::string detail = refusal(TlsContext::listener(options));
    CHECK(contains(detail, "curve 4711"));
    CHECK(contains(detail, "29 (X25519)"));
}

TEST_CASE("tls context: an unknown cipher suite is refused with its number") {
    const Files files;
    TlsListenerOptions options = files.listener();
    for (const int number : {65535, -1, 70000}) {
        options.choice.cipher_suites = {49199, number};
        CHECK(contains(refusal(TlsContext::listener(options)), "suite " + std::to_string(number)));
    }
}

TEST_CASE("tls context: cipher suites of TLS 1.3 alone need TLS 1.3 as the least version") {
    const Files files;
    TlsListenerOptions options = files.listener();
    options.choice.cipher_suites = {4865, 4866};
    CHECK(contains(refusal(TlsContext::listener(options)), "always on"));
    options.choice.min_version = TlsVersion::Tls13;
    CHECK(TlsContext::listener(options).has_value());
}

TEST_CASE("tls context: a client that could trust nobody is refused, unless it is not to check") {
    TlsClientOptions options;
    options.disable_system_ca_pool = true;
    CHECK(contains(refusal(TlsContext::client(options)), "trust nobody"));
    options.allow_insecure_connections = true;
    CHECK(TlsContext::client(options).has_value());
}

TEST_CASE("tls context: a client certificate is checked like a listener's") {
    const Files files;
    TlsClientOptions options = files.client();
    options.client_certificates = {{files.good.certificate, "/nowhere/client.key"}};
    CHECK(contains(refusal(TlsContext::client(options)), "/nowhere/client.key"));
}

TEST_CASE("tls context: contexts come and go without harm to those that stay") {
    const Files files;
    const auto stays = listener_for(files.listener());
    for (int i = 0; i < 3; ++i) {
        CHECK(TlsContext::listener(files.listener()).has_value());
        CHECK(TlsContext::client(files.client()).has_value());
    }
    Talk talk(stays, client_for(files.client()), "good.example");
    talk.shake();
    CHECK(talk.established());
}

}  // namespace aggregator::net::tests
