#include <doctest/doctest.h>

#include <thread>

#include "net/tls_session_cache.hpp"
#include "unit/net/tls_fixture.hpp"

namespace aggregator::net::tests {
namespace {

struct ResumptionWorld {
    Authority authority;
    TlsListenerOptions listener_options;
    TlsClientOptions client_options;

    explicit ResumptionWorld(TlsVersion greatest = TlsVersion::Tls13) {
        listener_options.keys = {authority.issue(
            "server", {.common_name = "a", .names = "DNS:a.example,DNS:b.example"})};
        client_options.ca_files = {authority.ca_file()};
        client_options.disable_system_ca_pool = true;
        client_options.choice.max_version = greatest;
    }
};

// Connects, takes the tickets, and says whether an earlier session went on.
bool resumes(const std::shared_ptr<TlsContext>& listener, const std::shared_ptr<TlsContext>& client,
             const std::string& name) {
    Talk talk(listener, client, name);
    talk.shake();
    REQUIRE(talk.established());
    CHECK(talk.settle().state == Io::State::Wait);
    CHECK(talk.client->resumed() == talk.listener->resumed());
    return talk.client->resumed();
}

}  // namespace

TEST_CASE("tls resumption: a second connection to the same name goes on with the session") {
    for (const TlsVersion version : {TlsVersion::Tls12, TlsVersion::Tls13}) {
        const ResumptionWorld world(version);
        const auto listener = listener_for(world.listener_options);
        const auto client = client_for(world.client_options);
        CHECK(!resumes(listener, client, "a.example"));
        for (int i = 0; i < 12; ++i) {
            CHECK(resumes(listener, client, "a.example"));
        }
    }
}

TEST_CASE("tls resumption: another name begins a session of its own") {
    for (const TlsVersion version : {TlsVersion::Tls12, TlsVersion::Tls13}) {
        const ResumptionWorld world(version);
        const auto listener = listener_for(world.listener_options);
        const auto client = client_for(world.client_options);
        CHECK(!resumes(listener, client, "a.example"));
        CHECK(!resumes(listener, client, "b.example"));
        CHECK(resumes(listener, client, "b.example"));
    }
}

TEST_CASE(
    "tls resumption: a listener that does not know the ticket costs a full handshake and no "
    "error") {
    const ResumptionWorld world;
    const auto client = client_for(world.client_options);
    CHECK(!resumes(listener_for(world.listener_options), client, "a.example"));
    const auto fresh = listener_for(world.listener_options);
    CHECK(!resumes(fresh, client, "a.example"));
    CHECK(resumes(fresh, client, "a.example"));
}

TEST_CASE("tls resumption: a failed handshake drops the sessions of that name") {
    const ResumptionWorld world;
    const ResumptionWorld strange;
    const auto listener = listener_for(world.listener_options);
    const auto client = client_for(world.client_options);
    CHECK(!resumes(listener, client, "a.example"));
    Talk talk(listener_for(strange.listener_options), client, "a.example");
    talk.shake();
    CHECK(talk.client_outcome.error.code == base::Code::TlsUntrusted);
    CHECK(!resumes(listener, client, "a.example"));
}

TEST_CASE("tls resumption: works with client certificates") {
    ResumptionWorld world;
    world.listener_options.require_client_certificate = true;
    world.listener_options.ca_files = {world.authority.ca_file()};
    world.client_options.client_certificates = {
        world.authority.issue("client", {.common_name = "client", .names = {}})};
    const auto listener = listener_for(world.listener_options);
    const auto client = client_for(world.client_options);
    CHECK(!resumes(listener, client, "a.example"));
    CHECK(resumes(listener, client, "a.example"));
}

TEST_CASE("tls resumption: a connection that is cut does not spoil the session it had") {
    for (const TlsVersion version : {TlsVersion::Tls12, TlsVersion::Tls13}) {
        const ResumptionWorld world(version);
        const auto listener = listener_for(world.listener_options);
        const auto client = client_for(world.client_options);
        {
            Talk talk(listener, client, "a.example");
            talk.shake();
            CHECK(talk.settle().state == Io::State::Wait);
            talk.connection.close_listener();
            CHECK(talk.settle().state == Io::State::Failed);
        }
        CHECK(resumes(listener, client, "a.example"));
    }
}

TEST_CASE("tls resumption: threads share a listener's and a client's context") {
    constexpr int kConnections = 20;
    const ResumptionWorld world;
    const auto listener = listener_for(world.listener_options);
    const auto client = client_for(world.client_options);
    const auto connect = [&](int* established) {
        for (int i = 0; i < kConnections; ++i) {
            Talk talk(listener, client, "a.example");
            talk.shake();
            *established += talk.established() && talk.settle().state == Io::State::Wait ? 1 : 0;
        }
    };
    int here = 0;
    int there = 0;
    std::thread other(connect, &there);
    connect(&here);
    other.join();
    CHECK(here == kConnections);
    CHECK(there == kConnections);
}

TEST_CASE(
    "tls session cache: a session of TLS 1.3 is given once, an earlier version's again and again") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const SslSessionPtr session(SSL_SESSION_new());
        SSL_SESSION_set_protocol_version(session.get(), version);
        TlsSessionCache cache;
        cache.put("a:1", *session);
        CHECK(cache.take("b:1") == nullptr);
        CHECK(cache.take("a:1") != nullptr);
        CHECK((cache.take("a:1") != nullptr) == (version == TLS1_2_VERSION));
    }
}

TEST_CASE("tls session cache: what is kept of one server and of all has an end") {
    const SslSessionPtr session(SSL_SESSION_new());
    SSL_SESSION_set_protocol_version(session.get(), TLS1_3_VERSION);
    TlsSessionCache cache;
    for (std::size_t i = 0; i < TlsSessionCache::kSessionsPerServer + 5; ++i) {
        cache.put("a:1", *session);
    }
    std::size_t taken = 0;
    while (cache.take("a:1")) {
        ++taken;
    }
    CHECK(taken == TlsSessionCache::kSessionsPerServer);
    for (std::size_t i = 0; i < TlsSessionCache::kServersMax + 5; ++i) {
        cache.put(std::to_string(i), *session);
    }
    std::size_t servers = 0;
    for (std::size_t i = 0; i < TlsSessionCache::kServersMax + 5; ++i) {
        servers += cache.take(std::to_string(i)) != nullptr ? 1u : 0u;
    }
    CHECK(servers == TlsSessionCache::kServersMax);
}

TEST_CASE("tls session cache: a server that is forgotten begins anew") {
    const SslSessionPtr session(SSL_SESSION_new());
    TlsSessionCache cache;
    cache.put("a:1", *session);
    cache.forget("a:1");
    CHECK(cache.take("a:1") == nullptr);
}

}  // namespace aggregator::net::tests
