#include <doctest/doctest.h>
#include <signal.h>
#include <sys/socket.h>

#include <random>

#include "unit/net/tls_fixture.hpp"

namespace aggregator::net::tests {
namespace {

using base::Code;

struct SessionWorld {
    Authority authority;
    std::shared_ptr<TlsContext> listener;
    std::shared_ptr<TlsContext> client = client_trusting(authority.ca_file());

    SessionWorld() {
        TlsListenerOptions options;
        options.keys = {authority.issue("server", {.common_name = "a", .names = "DNS:a.example"})};
        listener = listener_for(options);
    }
};

struct Established : SessionWorld {
    Talk talk{listener, client, "a.example"};

    Established() {
        talk.shake();
        REQUIRE(talk.established());
        REQUIRE(talk.settle().state == Io::State::Wait);
    }
};

std::string noise(std::size_t size) {
    std::mt19937 random(7);
    std::string bytes(size, '\0');
    for (char& byte : bytes) {
        byte = static_cast<char>(random() & 0xff);
    }
    return bytes;
}

// Reads until nothing more comes; the last outcome is given back.
Io drain(TlsSession& from, std::string& into, std::size_t chunk) {
    std::string buffer(chunk, '\0');
    for (;;) {
        Io io = from.read(buffer.data(), buffer.size());
        if (io.state != Io::State::Done) {
            return io;
        }
        into.append(buffer, 0, io.bytes);
    }
}

// Carries all bytes across, each side stopping only when it must. Counts how often the writer had
// to wait.
int carry(TlsSession& from, TlsSession& to, const std::string& bytes, std::string& arrived) {
    std::size_t sent = 0;
    int waits = 0;
    for (std::size_t step = 0; arrived.size() < bytes.size() && step < bytes.size(); ++step) {
        if (sent < bytes.size()) {
            // A copy at another address: what is offered again may have moved.
            const std::string rest = bytes.substr(sent);
            const Io io = from.write(rest.data(), rest.size());
            REQUIRE(io.state != Io::State::Failed);
            waits += io.state == Io::State::Wait || io.bytes < rest.size() ? 1 : 0;
            sent += io.bytes;
        }
        REQUIRE(drain(to, arrived, 10000).state == Io::State::Wait);
    }
    return waits;
}

}  // namespace

TEST_CASE("tls session: large amounts cross both ways through small buffers, whole and in order") {
    Established sides;
    const int small = 4096;
    for (const int end : {sides.talk.connection.listener(), sides.talk.connection.client()}) {
        REQUIRE(setsockopt(end, SOL_SOCKET, SO_SNDBUF, &small, sizeof small) == 0);
    }
    const std::string bytes = noise(3u << 20);
    std::string there;
    CHECK(carry(*sides.talk.client, *sides.talk.listener, bytes, there) > 10);
    CHECK(there == bytes);
    std::string back;
    CHECK(carry(*sides.talk.listener, *sides.talk.client, bytes, back) > 10);
    CHECK(back == bytes);
}

TEST_CASE("tls session: a read fills its buffer over the ends of records") {
    Established sides;
    for (const char* part : {"one", "two", "three"}) {
        CHECK(sides.talk.client->write(part, std::string_view(part).size()).state ==
              Io::State::Done);
    }
    char buffer[64];
    const Io io = sides.talk.listener->read(buffer, sizeof buffer);
    REQUIRE(io.state == Io::State::Done);
    CHECK(std::string_view(buffer, io.bytes) == "onetwothree");
    CHECK(sides.talk.listener->read(buffer, sizeof buffer).state == Io::State::Wait);
}

TEST_CASE("tls session: what is decrypted and not yet read is pending") {
    Established sides;
    CHECK(sides.talk.client->write("0123456789", 10).bytes == 10);
    char buffer[4];
    CHECK(sides.talk.listener->pending() == 0);
    CHECK(sides.talk.listener->read(buffer, sizeof buffer).bytes == 4);
    CHECK(sides.talk.listener->pending() == 6);
    std::string rest;
    CHECK(drain(*sides.talk.listener, rest, 3).state == Io::State::Wait);
    CHECK(rest == "456789");
}

TEST_CASE("tls session: close_notify is Closed, after all that was said before it") {
    Established sides;
    CHECK(sides.talk.listener->write("bye", 3).bytes == 3);
    sides.talk.listener->shutdown();
    sides.talk.connection.close_listener();
    std::string said;
    CHECK(drain(*sides.talk.client, said, 100).state == Io::State::Closed);
    CHECK(said == "bye");
    char byte = 0;
    CHECK(sides.talk.client->read(&byte, 1).state == Io::State::Closed);
}

TEST_CASE("tls session: an end without close_notify is Reset, and stays it") {
    Established sides;
    CHECK(sides.talk.listener->write("cut", 3).bytes == 3);
    sides.talk.connection.close_listener();
    std::string said;
    const Io first = drain(*sides.talk.client, said, 100);
    CHECK(said == "cut");
    REQUIRE(first.state == Io::State::Failed);
    CHECK(first.error.code == Code::Reset);
    CHECK(contains(first.error.detail, "close_notify"));
    char byte = 0;
    const Io second = sides.talk.client->read(&byte, 1);
    REQUIRE(second.state == Io::State::Failed);
    CHECK(second.error.code == Code::Reset);
    CHECK(second.error.detail == first.error.detail);
    CHECK(sides.talk.client->write("x", 1).state == Io::State::Failed);
}

TEST_CASE("tls session: writing to a peer that has gone raises no SIGPIPE") {
    // Poco blocks the signal in the main thread: a raised one shows as pending.
    sigset_t pipe{};
    sigaddset(&pipe, SIGPIPE);
    sigset_t before{};
    REQUIRE(pthread_sigmask(SIG_BLOCK, &pipe, &before) == 0);
    Established sides;
    sides.talk.connection.close_client();
    const std::string bytes = noise(1u << 20);
    Io io = sides.talk.listener->write(bytes.data(), bytes.size());
    while (io.state == Io::State::Done) {
        io = sides.talk.listener->write(bytes.data(), bytes.size());
    }
    REQUIRE(io.state == Io::State::Failed);
    CHECK(io.error.code == Code::Reset);
    sides.talk.listener->shutdown();
    sigset_t raised{};
    CHECK(sigpending(&raised) == 0);
    CHECK(sigismember(&raised, SIGPIPE) == 0);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST_CASE("tls session: what a peer said before it went can be read after a write has failed") {
    Established sides;
    CHECK(sides.talk.listener->write("answer", 6).bytes == 6);
    sides.talk.connection.close_listener();
    CHECK(sides.talk.client->write("request", 7).state == Io::State::Failed);
    CHECK(sides.talk.client->write("request", 7).state == Io::State::Failed);
    std::string said;
    const Io end = drain(*sides.talk.client, said, 100);
    CHECK(said == "answer");
    REQUIRE(end.state == Io::State::Failed);
    CHECK(end.error.code == Code::Reset);
    CHECK(sides.talk.client->write("request", 7).state == Io::State::Failed);
}

TEST_CASE("tls session: one side may close and still be written to") {
    Established sides;
    sides.talk.client->shutdown();
    char buffer[16];
    CHECK(sides.talk.listener->read(buffer, sizeof buffer).state == Io::State::Closed);
    CHECK(sides.talk.listener->write("answer", 6).bytes == 6);
}

TEST_CASE("tls session: bytes that were tampered with break the connection") {
    Established sides;
    send_raw(sides.talk.connection.listener(),
             std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x'));
    const Io io = sides.talk.settle();
    REQUIRE(io.state == Io::State::Failed);
    CHECK(io.error.code == Code::Reset);
    CHECK(contains(io.error.detail, "broke"));
}

TEST_CASE("tls session: a listener knows a plain HTTP request, and has sent nothing") {
    const SessionWorld world;
    for (const char* request : {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "DELETE /x HTTP/1.1\r\n\r\n",
                                "OPTIONS * HTTP/1.1\r\n"}) {
        CAPTURE(request);
        const Connection connection;
        const auto session = TlsSession::accept(world.listener, connection.listener());
        send_raw(connection.client(), request);
        const Io io = session->handshake();
        REQUIRE(io.state == Io::State::Failed);
        CHECK(io.error.code == Code::TlsNotSpoken);
        CHECK(contains(io.error.detail, "plain HTTP request"));
        CHECK(session->peer_speaks_http());
        CHECK(receive_raw(connection.client()).empty());
    }
}

TEST_CASE("tls session: a listener that gets neither TLS nor HTTP tells what it got") {
    const SessionWorld world;
    const Connection connection;
    const auto session = TlsSession::accept(world.listener, connection.listener());
    send_raw(connection.client(), "\x01hello there");
    const Io io = session->handshake();
    REQUIRE(io.state == Io::State::Failed);
    CHECK(io.error.code == Code::TlsNotSpoken);
    CHECK(contains(io.error.detail, "'?hello there'"));
    CHECK(!session->peer_speaks_http());
}

TEST_CASE("tls session: a client whose backend answers in plain HTTP says so") {
    const SessionWorld world;
    const Connection connection;
    const auto session = TlsSession::connect(world.client, connection.client(), "a.example");
    CHECK(session->handshake().state == Io::State::Wait);
    send_raw(connection.listener(), "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    const Io io = session->handshake();
    REQUIRE(io.state == Io::State::Failed);
    CHECK(io.error.code == Code::TlsNotSpoken);
    CHECK(contains(io.error.detail, "plain HTTP"));
    CHECK(session->peer_speaks_http());
}

TEST_CASE("tls session: a client whose backend answers with garbage says so") {
    const SessionWorld world;
    const Connection connection;
    const auto session = TlsSession::connect(world.client, connection.client(), "a.example");
    CHECK(session->handshake().state == Io::State::Wait);
    send_raw(connection.listener(), "SSH-2.0-OpenSSH\r\n");
    const Io io = session->handshake();
    REQUIRE(io.state == Io::State::Failed);
    CHECK(io.error.code == Code::TlsNotSpoken);
    CHECK(contains(io.error.detail, "'SSH-2.0-OpenSSH?"));
}

TEST_CASE("tls session: garbage in the form of TLS is TlsHandshake") {
    const SessionWorld world;
    const Connection connection;
    const auto session = TlsSession::accept(world.listener, connection.listener());
    send_raw(connection.client(), std::string("\x16\x03\x01\x00\x08", 5) + std::string(8, 'x'));
    const Io io = session->handshake();
    REQUIRE(io.state == Io::State::Failed);
    CHECK(io.error.code == Code::TlsHandshake);
}

TEST_CASE("tls session: a handshake that stops half-way waits, byte by byte, and then goes on") {
    const SessionWorld world;
    const Connection connection;
    Connection other;
    const auto client = TlsSession::connect(world.client, other.client(), "a.example");
    CHECK(client->handshake().state == Io::State::Wait);
    const std::string hello = receive_raw(other.listener());
    REQUIRE(hello.size() > 100);
    const auto listener = TlsSession::accept(world.listener, connection.listener());
    for (std::size_t i = 0; i + 1 < hello.size(); ++i) {
        send_raw(connection.client(), hello.substr(i, 1));
        REQUIRE(listener->handshake().state == Io::State::Wait);
        REQUIRE(receive_raw(connection.client()).empty());
    }
    send_raw(connection.client(), hello.substr(hello.size() - 1));
    CHECK(listener->handshake().state == Io::State::Wait);
    CHECK(!receive_raw(connection.client()).empty());
}

TEST_CASE("tls session: a peer that leaves during the handshake is Closed") {
    const SessionWorld world;
    SUBCASE("before the first byte") {
        Connection connection;
        const auto session = TlsSession::accept(world.listener, connection.listener());
        connection.close_client();
        const Io io = session->handshake();
        REQUIRE(io.state == Io::State::Failed);
        CHECK(io.error.code == Code::Closed);
        CHECK(contains(io.error.detail, "the client closed"));
    }
    SUBCASE("after the client's first flight") {
        Connection connection;
        const auto session = TlsSession::connect(world.client, connection.client(), "a.example");
        CHECK(session->handshake().state == Io::State::Wait);
        CHECK(!receive_raw(connection.listener()).empty());
        connection.close_listener();
        const Io io = session->handshake();
        REQUIRE(io.state == Io::State::Failed);
        CHECK(io.error.code == Code::Closed);
        CHECK(contains(io.error.detail, "the backend closed"));
    }
}

TEST_CASE("tls session: a reset during the handshake is Reset") {
    const SessionWorld world;
    Connection connection;
    const auto session = TlsSession::connect(world.client, connection.client(), "a.example");
    CHECK(session->handshake().state == Io::State::Wait);
    connection.close_listener();  // with bytes unread: the other side is reset
    const Io io = session->handshake();
    REQUIRE(io.state == Io::State::Failed);
    CHECK(io.error.code == Code::Reset);
    CHECK(contains(io.error.detail, "reset"));
}

TEST_CASE("tls session: a session may go at any point of the handshake") {
    const SessionWorld world;
    for (int steps = 0; steps < 6; ++steps) {
        Talk talk(world.listener, world.client, "a.example");
        for (int i = 0; i < steps; ++i) {
            TlsSession& side = i % 2 == 0 ? *talk.client : *talk.listener;
            CHECK(side.handshake().state != Io::State::Failed);
        }
        talk.client->shutdown();
        talk.listener->shutdown();
    }
}

TEST_CASE("tls session: a session keeps its context alive") {
    SessionWorld world;
    Talk talk(world.listener, world.client, "a.example");
    world.listener.reset();
    world.client.reset();
    talk.shake();
    CHECK(talk.established());
    CHECK(talk.settle().state == Io::State::Wait);
}

}  // namespace aggregator::net::tests
