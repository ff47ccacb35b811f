#include <doctest/doctest.h>

#include <string_view>

#include "unit/net/tls_fixture.hpp"

namespace aggregator::net::tests {
namespace {

// A client of plain OpenSSL that offers the protocols it likes. What was agreed, "-" if nothing,
// "!" if refused.
std::string agreed(const std::shared_ptr<TlsContext>& listener, std::string_view offers) {
    const Connection connection;
    const auto session = TlsSession::accept(listener, connection.listener());
    const std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>> context(SSL_CTX_new(TLS_client_method()));
    const SslPtr client(SSL_new(context.get()));
    if (!offers.empty()) {
        SSL_set_alpn_protos(client.get(), reinterpret_cast<const unsigned char*>(offers.data()),
                            static_cast<unsigned int>(offers.size()));
    }
    SSL_set_fd(client.get(), connection.client());
    SSL_set_connect_state(client.get());
    Io outcome;
    for (int round = 0; round < 8 && outcome.state == Io::State::Wait; ++round) {
        SSL_do_handshake(client.get());
        outcome = session->handshake();
    }
    if (outcome.state != Io::State::Done) {
        return "!";
    }
    const unsigned char* chosen = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(client.get(), &chosen, &size);
    return size > 0 ? std::string(reinterpret_cast<const char*>(chosen), size) : "-";
}

}  // namespace

TEST_CASE(
    "tls protocol: a listener agrees on HTTP/1.1, and refuses clients that speak something else "
    "only") {
    const Authority authority;
    TlsListenerOptions options;
    options.keys = {authority.issue("server", {.common_name = "a", .names = "DNS:a.example"})};
    const auto listener = listener_for(options);
    CHECK(agreed(listener, "\x02h2\x08http/1.1") == "http/1.1");
    CHECK(agreed(listener, "\x08http/1.0") == "http/1.0");
    CHECK(agreed(listener, "") == "-");
    CHECK(agreed(listener, "\x02h2") == "!");
}

}  // namespace aggregator::net::tests
