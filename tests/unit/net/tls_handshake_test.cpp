#include <doctest/doctest.h>

#include "unit/net/tls_fixture.hpp"

namespace aggregator::net::tests {
namespace {

using base::Code;

struct HandshakeWorld {
    Authority authority;

    [[nodiscard]] std::shared_ptr<TlsContext> listener(const Subject& subject) const {
        TlsListenerOptions options;
        options.keys = {authority.issue("server", subject)};
        return listener_for(options);
    }
    [[nodiscard]] std::shared_ptr<TlsContext> client() const {
        return client_trusting(authority.ca_file());
    }
};

// The error of a client that calls a listener with this certificate.
base::Error client_error(const Subject& subject, const std::string& name) {
    const HandshakeWorld world;
    Talk talk(world.listener(subject), world.client(), name);
    talk.shake();
    REQUIRE(talk.client_outcome.state == Io::State::Failed);
    CHECK(talk.listener_outcome.state == Io::State::Failed);
    return talk.client_outcome.error;
}

std::string version_between(const TlsChoice& listener_choice, const TlsChoice& client_choice) {
    const HandshakeWorld world;
    TlsListenerOptions listener;
    listener.keys = {
        world.authority.issue("server", {.common_name = "a", .names = "DNS:a.example"})};
    listener.choice = listener_choice;
    TlsClientOptions client;
    client.ca_files = {world.authority.ca_file()};
    client.disable_system_ca_pool = true;
    client.choice = client_choice;
    Talk talk(listener_for(listener), client_for(client), "a.example");
    talk.shake();
    return talk.established() ? std::string(talk.client->version()) : "";
}

}  // namespace

TEST_CASE("tls handshake: a certificate that bears the name is accepted") {
    const HandshakeWorld world;
    const auto listener = world.listener(
        {.common_name = "x", .names = "DNS:a.example,DNS:*.wild.example,IP:127.0.0.1,IP:::1"});
    const auto client = world.client();
    for (const char* name : {"a.example", "A.Example", "a.example.", "one.wild.example",
                             "127.0.0.1", "::1", "[::1]"}) {
        CAPTURE(name);
        Talk talk(listener, client, name);
        talk.shake();
        CHECK(talk.established());
        CHECK(talk.client->version() == "TLSv1.3");
        CHECK(!talk.client->resumed());
    }
}

TEST_CASE("tls handshake: a certificate for another name is TlsWrongName and both names are told") {
    const Subject subject{.common_name = "other", .names = "DNS:other.example,IP:192.0.2.7"};
    for (const char* name : {"a.example", "deep.other.example", "127.0.0.1", "::1"}) {
        const base::Error error = client_error(subject, name);
        CHECK(error.code == Code::TlsWrongName);
        CHECK(contains(error.detail, std::string("not for ") + name));
        CHECK(contains(error.detail, "other.example"));
        CHECK(contains(error.detail, "192.0.2.7"));
        CHECK(contains(error.detail, "CN=other"));
    }
}

TEST_CASE("tls handshake: the common name alone does not bear a name") {
    const base::Error error = client_error({.common_name = "a.example", .names = {}}, "a.example");
    CHECK(error.code == Code::TlsWrongName);
    CHECK(contains(error.detail, "no DNS name or address"));
}

TEST_CASE("tls handshake: a wildcard covers one label only") {
    const Subject subject{.common_name = "w", .names = "DNS:*.example.org"};
    CHECK(client_error(subject, "a.b.example.org").code == Code::TlsWrongName);
    CHECK(client_error(subject, "example.org").code == Code::TlsWrongName);
}

TEST_CASE("tls handshake: a backend without a name is refused before anything is sent") {
    const HandshakeWorld world;
    Talk talk(world.listener({.common_name = "a", .names = "DNS:a.example"}), world.client(), "");
    talk.shake();
    REQUIRE(talk.client_outcome.state == Io::State::Failed);
    CHECK(talk.client_outcome.error.code == Code::TlsWrongName);
    CHECK(talk.listener_outcome.state == Io::State::Wait);
}

TEST_CASE("tls handshake: an expired certificate is TlsExpired with its last day") {
    const base::Error error = client_error(
        {.common_name = "old", .names = "DNS:a.example", .begins = -864000, .ends = -86400},
        "a.example");
    CHECK(error.code == Code::TlsExpired);
    CHECK(contains(error.detail, "CN=old expired at 2"));
}

TEST_CASE(
    "tls handshake: a certificate of the future is TlsExpired and tells to look at the clock") {
    const base::Error error = client_error(
        {.common_name = "new", .names = "DNS:a.example", .begins = 86400, .ends = 864000},
        "a.example");
    CHECK(error.code == Code::TlsExpired);
    CHECK(contains(error.detail, "clock"));
}

TEST_CASE(
    "tls handshake: an unknown authority is TlsUntrusted, with the issuer, and the listener hears "
    "why") {
    const HandshakeWorld world;
    const Authority stranger("Stranger CA");
    Talk talk(world.listener({.common_name = "a", .names = "DNS:a.example"}),
              client_trusting(stranger.ca_file()), "a.example");
    talk.shake();
    REQUIRE(talk.client_outcome.state == Io::State::Failed);
    CHECK(talk.client_outcome.error.code == Code::TlsUntrusted);
    CHECK(contains(talk.client_outcome.error.detail, "issuer CN=Test CA"));
    REQUIRE(talk.listener_outcome.state == Io::State::Failed);
    CHECK(talk.listener_outcome.error.code == Code::TlsHandshake);
    CHECK(contains(talk.listener_outcome.error.detail, "unknown CA"));
}

TEST_CASE("tls handshake: the system's authorities do not know a test's") {
    const HandshakeWorld world;
    Talk talk(world.listener({.common_name = "a", .names = "DNS:a.example"}), client_for({}),
              "a.example");
    talk.shake();
    REQUIRE(talk.client_outcome.state == Io::State::Failed);
    CHECK(talk.client_outcome.error.code == Code::TlsUntrusted);
}

TEST_CASE("tls handshake: a certificate that signed itself is untrusted until it is listed") {
    const Authority authority;
    const Made self = make_certificate({.common_name = "self", .names = "DNS:a.example"}, nullptr);
    TlsListenerOptions options;
    options.keys = {{authority.folder.write("self.crt", self.certificate_pem()),
                     authority.folder.write("self.key", self.key_pem())}};
    const auto listener = listener_for(options);
    Talk stranger(listener, client_trusting(authority.ca_file()), "a.example");
    stranger.shake();
    REQUIRE(stranger.client_outcome.state == Io::State::Failed);
    CHECK(stranger.client_outcome.error.code == Code::TlsUntrusted);
    CHECK(contains(stranger.client_outcome.error.detail, "self-signed"));
    Talk known(listener, client_trusting(options.keys[0].certificate), "a.example");
    known.shake();
    CHECK(known.established());
}

TEST_CASE("tls handshake: insecure connections take any certificate and any name") {
    const HandshakeWorld world;
    TlsClientOptions options;
    options.allow_insecure_connections = true;
    const auto client = client_for(options);
    const auto listener =
        world.listener({.common_name = "x", .names = {}, .begins = -864000, .ends = -86400});
    for (const char* name : {"a.example", "127.0.0.1"}) {
        Talk talk(listener, client, name);
        talk.shake();
        CHECK(talk.established());
    }
}

TEST_CASE("tls handshake: the chain behind a certificate is sent with it") {
    const Authority root;
    const Made middle =
        make_certificate({.common_name = "Middle CA", .names = {}, .authority = true}, &root.made);
    const Made leaf = make_certificate({.common_name = "leaf", .names = "DNS:a.example"}, &middle);
    const std::string key = root.folder.write("leaf.key", leaf.key_pem());
    const auto call = [&](const std::string& sent, const Made& trusted) {
        TlsListenerOptions options;
        options.keys = {{root.folder.write("sent.crt", sent), key}};
        Talk talk(listener_for(options),
                  client_trusting(root.folder.write("trusted.pem", trusted.certificate_pem())),
                  "a.example");
        talk.shake();
        return talk.established();
    };
    CHECK(call(leaf.certificate_pem() + middle.certificate_pem(), root.made));
    CHECK(!call(leaf.certificate_pem(), root.made));
    SUBCASE("and one of its middle may be trusted by itself") {
        CHECK(call(leaf.certificate_pem(), middle));
    }
}

TEST_CASE("tls handshake: the versions of both sides decide which is spoken") {
    const TlsChoice only12{.min_version = TlsVersion::Tls12,
                           .max_version = TlsVersion::Tls12,
                           .curves = {},
                           .cipher_suites = {}};
    const TlsChoice only13{.min_version = TlsVersion::Tls13,
                           .max_version = TlsVersion::Tls13,
                           .curves = {},
                           .cipher_suites = {}};
    const TlsChoice only10{.min_version = TlsVersion::Tls10,
                           .max_version = TlsVersion::Tls10,
                           .curves = {},
                           .cipher_suites = {}};
    CHECK(version_between({}, only12) == "TLSv1.2");
    CHECK(version_between(only13, {}) == "TLSv1.3");
    CHECK(version_between(only12, only13).empty());
    CHECK(version_between({}, only10).empty());
    CHECK(version_between(only10, only10) == "TLSv1");
}

TEST_CASE("tls handshake: two sides without a common suite or curve do not come together") {
    const TlsVersion old = TlsVersion::Tls12;
    const TlsChoice aes128{
        .min_version = old, .max_version = old, .curves = {}, .cipher_suites = {49195}};
    const TlsChoice chacha{
        .min_version = old, .max_version = old, .curves = {}, .cipher_suites = {52393, 4865}};
    CHECK(version_between(aes128, chacha).empty());
    CHECK(version_between(chacha, chacha) == "TLSv1.2");
    TlsChoice p521;
    p521.curves = {25};
    TlsChoice x25519;
    x25519.curves = {29};
    CHECK(version_between(p521, x25519).empty());
    CHECK(version_between(p521, {}) == "TLSv1.3");
}

TEST_CASE("tls handshake: no common version is TlsHandshake on both sides") {
    const HandshakeWorld world;
    TlsListenerOptions listener;
    listener.keys = {
        world.authority.issue("server", {.common_name = "a", .names = "DNS:a.example"})};
    listener.choice.max_version = TlsVersion::Tls12;
    TlsClientOptions client;
    client.allow_insecure_connections = true;
    client.choice.min_version = TlsVersion::Tls13;
    Talk talk(listener_for(listener), client_for(client), "a.example");
    talk.shake();
    CHECK(talk.client_outcome.error.code == Code::TlsHandshake);
    CHECK(contains(talk.client_outcome.error.detail, "protocol version"));
    CHECK(talk.listener_outcome.error.code == Code::TlsHandshake);
}

}  // namespace aggregator::net::tests
