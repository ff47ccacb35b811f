#include <doctest/doctest.h>

#include "unit/net/tls_fixture.hpp"

namespace aggregator::net::tests {
namespace {

using base::Code;

// A listener with three certificates, and clients that trust one of them each: who connects tells
// which was sent.
struct Three {
    Three() {
        const Subject first{.common_name = "first", .names = "DNS:first.example"};
        const Subject second{.common_name = "second",
                             .names = "DNS:second.example,DNS:alias.example"};
        const Subject third{.common_name = "third", .names = "DNS:*.third.example"};
        options.keys = {add("first", first), add("second", second), add("third", third)};
    }

    TlsKeyPair add(const std::string& file, const Subject& subject) const {
        const Made made = make_certificate(subject, nullptr);
        return {folder.write(file + ".crt", made.certificate_pem()),
                folder.write(file + ".key", made.key_pem())};
    }

    // Which certificate a client that asks for `name` gets, by its place.
    [[nodiscard]] int sent_for(const std::string& name) const {
        const auto listener = listener_for(options);
        for (std::size_t i = 0; i < options.keys.size(); ++i) {
            Talk talk(listener, client_trusting(options.keys[i].certificate), name);
            talk.shake();
            const bool trusted = talk.client_outcome.state == Io::State::Done ||
                                 talk.client_outcome.error.code == Code::TlsWrongName;
            if (trusted) {
                return static_cast<int>(i);
            }
        }
        return -1;
    }

    TemporaryFolder folder;
    TlsListenerOptions options;
};

struct Mutual {
    Authority servers{"Server CA"};
    Authority clients{"Client CA"};
    TlsListenerOptions listener;
    TlsClientOptions client;

    Mutual() {
        listener.keys = {
            servers.issue("server", {.common_name = "server", .names = "DNS:a.example"})};
        listener.require_client_certificate = true;
        listener.ca_files = {clients.ca_file()};
        listener.disable_system_ca_pool = true;
        client.ca_files = {servers.ca_file()};
        client.disable_system_ca_pool = true;
    }
};

}  // namespace

TEST_CASE("tls choice: the certificate is chosen by the name that the client asks for") {
    const Three three;
    CHECK(three.sent_for("first.example") == 0);
    CHECK(three.sent_for("second.example") == 1);
    CHECK(three.sent_for("alias.example") == 1);
    CHECK(three.sent_for("ALIAS.example") == 1);
    CHECK(three.sent_for("any.third.example") == 2);
}

TEST_CASE("tls choice: a name that no certificate bears gets the first") {
    const Three three;
    CHECK(three.sent_for("unknown.example") == 0);
    CHECK(three.sent_for("a.b.third.example") == 0);
}

TEST_CASE("tls choice: a client that asks for no name gets the first") {
    const Three three;
    CHECK(three.sent_for("127.0.0.1") == 0);
}

TEST_CASE("tls choice: of two certificates for a name, the first in the configuration is sent") {
    Three three;
    three.options.keys.push_back(
        three.add("fourth", {.common_name = "fourth", .names = "DNS:second.example"}));
    CHECK(three.sent_for("second.example") == 1);
}

TEST_CASE("tls choice: the name decides before the kind of key") {
    const Authority authority;
    TlsListenerOptions options;
    options.keys = {
        authority.issue("ec", {.common_name = "ec", .names = "DNS:first.example"}),
        authority.issue(
            "rsa", {.common_name = "rsa", .names = "DNS:second.example", .kind = KeyKind::Rsa})};
    Talk talk(listener_for(options), client_trusting(authority.ca_file()), "second.example");
    talk.shake();
    CHECK(talk.established());
}

TEST_CASE("tls choice: a client without ECDSA gets the RSA certificate of the name") {
    const Authority authority;
    TlsListenerOptions options;
    options.keys = {
        authority.issue("ec", {.common_name = "ec", .names = "DNS:a.example"}),
        authority.issue("rsa",
                        {.common_name = "rsa", .names = "DNS:a.example", .kind = KeyKind::Rsa})};
    const auto listener = listener_for(options);
    for (const int suite : {49195, 49199}) {  // ECDHE with AES-128-GCM: ECDSA, then RSA
        CAPTURE(suite);
        TlsClientOptions client;
        client.ca_files = {authority.ca_file()};
        client.disable_system_ca_pool = true;
        client.choice.max_version = TlsVersion::Tls12;
        client.choice.cipher_suites = {suite};
        Talk talk(listener, client_for(client), "a.example");
        talk.shake();
        CHECK(talk.established());
    }
}

TEST_CASE("tls mutual: a client with a certificate of the right authority is let in") {
    Mutual mutual;
    mutual.client.client_certificates = {
        mutual.clients.issue("client", {.common_name = "client", .names = {}})};
    Talk talk(listener_for(mutual.listener), client_for(mutual.client), "a.example");
    talk.shake();
    CHECK(talk.established());
    CHECK(talk.settle().state == Io::State::Wait);
}

TEST_CASE("tls mutual: a client without a certificate is refused, and learns it") {
    Mutual mutual;
    SUBCASE("TLS 1.3: when it reads") {}
    SUBCASE("TLS 1.2: in the handshake") { mutual.client.choice.max_version = TlsVersion::Tls12; }
    Talk talk(listener_for(mutual.listener), client_for(mutual.client), "a.example");
    talk.shake();
    REQUIRE(talk.listener_outcome.state == Io::State::Failed);
    CHECK(talk.listener_outcome.error.code == Code::TlsUntrusted);
    CHECK(contains(talk.listener_outcome.error.detail, "sent no certificate"));
    const Io told = talk.settle();
    REQUIRE(told.state == Io::State::Failed);
    CHECK(told.error.code == Code::TlsHandshake);
    CHECK(contains(told.error.detail, "refused the TLS connection"));
}

TEST_CASE("tls mutual: a client certificate of another authority is TlsUntrusted") {
    Mutual mutual;
    const Authority stranger("Stranger CA");
    mutual.client.client_certificates = {
        stranger.issue("client", {.common_name = "client", .names = {}})};
    Talk talk(listener_for(mutual.listener), client_for(mutual.client), "a.example");
    talk.shake();
    REQUIRE(talk.listener_outcome.state == Io::State::Failed);
    CHECK(talk.listener_outcome.error.code == Code::TlsUntrusted);
    CHECK(contains(talk.listener_outcome.error.detail, "the client's certificate"));
    CHECK(contains(talk.listener_outcome.error.detail, "issuer CN=Stranger CA"));
}

TEST_CASE("tls mutual: an expired client certificate is TlsExpired") {
    Mutual mutual;
    mutual.client.client_certificates = {mutual.clients.issue(
        "client", {.common_name = "client", .names = {}, .begins = -7200, .ends = -3600})};
    Talk talk(listener_for(mutual.listener), client_for(mutual.client), "a.example");
    talk.shake();
    REQUIRE(talk.listener_outcome.state == Io::State::Failed);
    CHECK(talk.listener_outcome.error.code == Code::TlsExpired);
}

TEST_CASE("tls mutual: who names authorities trusts nobody else, not even the own certificate") {
    Mutual mutual;
    const TlsKeyPair own = mutual.listener.keys.front();
    mutual.client.client_certificates = {own};
    Talk talk(listener_for(mutual.listener), client_for(mutual.client), "a.example");
    talk.shake();
    CHECK(talk.listener_outcome.error.code == Code::TlsUntrusted);
}

TEST_CASE("tls mutual: without authorities the own certificates are trusted, not their chain") {
    Mutual mutual;
    mutual.listener.ca_files.clear();
    const Made own =
        make_certificate({.common_name = "own", .names = "DNS:a.example"}, &mutual.servers.made);
    const TlsKeyPair pair{
        mutual.servers.folder.write("own.crt",
                                    own.certificate_pem() + mutual.servers.made.certificate_pem()),
        mutual.servers.folder.write("own.key", own.key_pem())};
    mutual.listener.keys = {pair};
    const auto listener = listener_for(mutual.listener);
    mutual.client.client_certificates = {pair};
    Talk same(listener, client_for(mutual.client), "a.example");
    same.shake();
    CHECK(same.established());
    mutual.client.client_certificates = {
        mutual.servers.issue("sibling", {.common_name = "sibling", .names = {}})};
    Talk sibling(listener, client_for(mutual.client), "a.example");
    sibling.shake();
    CHECK(sibling.listener_outcome.error.code == Code::TlsUntrusted);
}

TEST_CASE("tls mutual: a client that is not asked keeps its certificate to itself") {
    Mutual mutual;
    mutual.listener.require_client_certificate = false;
    mutual.client.client_certificates = {
        mutual.clients.issue("client", {.common_name = "client", .names = {}})};
    Talk talk(listener_for(mutual.listener), client_for(mutual.client), "a.example");
    talk.shake();
    CHECK(talk.established());
}

}  // namespace aggregator::net::tests
