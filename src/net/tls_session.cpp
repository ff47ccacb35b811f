#include "net/tls_session.hpp"

#include <cstddef>
#include <optional>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <aggregator/base/assert.hpp>
#include "net/tls_callbacks.hpp"
#include "net/tls_context.hpp"
#include "net/tls_error.hpp"
#include "net/tls_openssl.hpp"
#include "net/tls_transport.hpp"

namespace aggregator::net {

struct TlsSession::Parts {
    std::shared_ptr<TlsContext> context;
    TlsTransport transport;
    TlsPeer peer;
    SslPtr ssl;
    bool established = false;
    std::optional<base::Error> failure;
    std::optional<base::Error> unsendable;  // only writing has failed

    /// Why OpenSSL stopped, as an Io; a failure is kept.
    Io stop(int outcome);
    /// Repeats `step(offset, &moved)` until `size` bytes are moved or it stops.
    template <typename Step>
    Io move(std::size_t size, Step step);
};

namespace {

// Without brackets, zone and the dot that ends a full DNS name: as certificates write it.
std::string bare_name(std::string name) {
    if (name.size() >= 2 && name.front() == '[' && name.back() == ']') {
        name = name.substr(1, name.size() - 2);
        name = name.substr(0, name.find('%'));
    }
    if (!name.empty() && name.back() == '.') {
        name.pop_back();
    }
    return name;
}

bool is_address(const std::string& name) {
    in6_addr ignored{};
    return inet_pton(AF_INET, name.c_str(), &ignored) == 1 ||
           inet_pton(AF_INET6, name.c_str(), &ignored) == 1;
}

std::string peer_port(int fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        return "0";
    }
    // The port is at the same place in both families.
    static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
    const bool internet = address.ss_family == AF_INET || address.ss_family == AF_INET6;
    return std::to_string(internet ? ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port)
                                   : 0);
}

// What OpenSSL's macro for it does, without its old-style cast.
bool send_name(SSL& ssl, std::string name) {
    return SSL_ctrl(&ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) ==
           1;
}

// False if nothing could be expected of the name: OpenSSL takes an empty one for "any".
bool expect_name(SSL& ssl, const std::string& name) {
    if (name.empty()) {
        return false;
    }
    X509_VERIFY_PARAM* verification = SSL_get0_param(&ssl);
    if (is_address(name)) {
        return X509_VERIFY_PARAM_set1_ip_asc(verification, name.c_str()) == 1;
    }
    X509_VERIFY_PARAM_set_hostflags(
        verification, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return X509_VERIFY_PARAM_set1_host(verification, name.data(), name.size()) == 1 &&
           send_name(ssl, name);
}

}  // namespace

TlsSession::TlsSession(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

std::unique_ptr<TlsSession> TlsSession::open(const std::shared_ptr<TlsContext>& context, int fd) {
    const TlsContext::Parts& shared = context->parts();
    auto parts = std::make_unique<Parts>();
    parts->context = context;
    parts->transport.fd = fd;
    parts->peer.side = shared.side;
    parts->ssl.reset(SSL_new(&shared.ssl()));
    BIO* transport = make_transport_bio(*shared.transport_method, parts->transport);
    SSL_set_bio(parts->ssl.get(), transport, transport);
    SSL_set_app_data(parts->ssl.get(), &parts->peer);
    return std::unique_ptr<TlsSession>(new TlsSession(std::move(parts)));
}

std::unique_ptr<TlsSession> TlsSession::accept(const std::shared_ptr<TlsContext>& context, int fd) {
    AGG_ASSERT(context->parts().side == TlsSide::Listener);
    std::unique_ptr<TlsSession> session = open(context, fd);
    SSL_set_accept_state(session->parts_->ssl.get());
    return session;
}

std::unique_ptr<TlsSession> TlsSession::connect(const std::shared_ptr<TlsContext>& context, int fd,
                                                const std::string& server_name) {
    AGG_ASSERT(context->parts().side == TlsSide::Client);
    std::unique_ptr<TlsSession> session = open(context, fd);
    Parts& parts = *session->parts_;
    TlsContext::Parts& shared = context->parts();
    SSL_set_connect_state(parts.ssl.get());
    parts.peer.name = bare_name(server_name);
    parts.peer.server = parts.peer.name + ':' + peer_port(fd);
    parts.peer.sessions = &shared.sessions;
    if (!expect_name(*parts.ssl, parts.peer.name)) {
        ERR_clear_error();
        parts.failure =
            base::Error{base::Code::TlsWrongName,
                        "no certificate can bear the backend's name '" + server_name + "'"};
    } else if (const SslSessionPtr earlier = shared.sessions.take(parts.peer.server)) {
        SSL_set_session(parts.ssl.get(), earlier.get());
    }
    return session;
}

TlsSession::~TlsSession() = default;

Io TlsSession::Parts::stop(int outcome) {
    const int why = SSL_get_error(ssl.get(), outcome);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
        return Io::wait();
    }
    if (why == SSL_ERROR_ZERO_RETURN && established) {
        return Io::closed();
    }
    failure = peer.refusal ? *peer.refusal
                           : explain_failure({.side = peer.side,
                                              .in_handshake = !established,
                                              .reason = ERR_get_error(),
                                              .transport = transport});
    ERR_clear_error();
    if (!established && peer.sessions != nullptr) {
        peer.sessions->forget(peer.server);
    }
    return Io::failed(*failure);
}

Io TlsSession::handshake() {
    if (parts_->failure) {
        return Io::failed(*parts_->failure);
    }
    ERR_clear_error();
    const int outcome = SSL_do_handshake(parts_->ssl.get());
    if (outcome != 1) {
        return parts_->stop(outcome);
    }
    parts_->established = true;
    return Io::done(0);
}

template <typename Step>
Io TlsSession::Parts::move(std::size_t size, Step step) {
    AGG_ASSERT(size > 0);
    if (failure) {
        return Io::failed(*failure);
    }
    std::size_t total = 0;
    while (total < size) {
        std::size_t moved = 0;
        ERR_clear_error();
        const int outcome = step(total, &moved);
        if (outcome != 1) {
            Io stopped = stop(outcome);
            return total == 0 ? stopped : Io::done(total);
        }
        total += moved;
    }
    return Io::done(total);
}

Io TlsSession::read(char* to, std::size_t size) {
    SSL* ssl = parts_->ssl.get();
    return parts_->move(size, [=](std::size_t offset, std::size_t* moved) {
        return SSL_read_ex(ssl, to + offset, size - offset, moved);
    });
}

Io TlsSession::write(const char* from, std::size_t size) {
    if (parts_->unsendable) {
        return Io::failed(*parts_->unsendable);
    }
    SSL* ssl = parts_->ssl.get();
    Io io = parts_->move(size, [=](std::size_t offset, std::size_t* moved) {
        return SSL_write_ex(ssl, from + offset, size - offset, moved);
    });
    if (parts_->failure && parts_->transport.error != 0) {
        // What the peer said before it broke the connection, and why, may still be there to read.
        parts_->transport.error = 0;
        parts_->unsendable = std::exchange(parts_->failure, std::nullopt);
    }
    return io;
}

void TlsSession::shutdown() {
    if (parts_->established && !parts_->failure && !parts_->unsendable) {
        ERR_clear_error();
        SSL_shutdown(parts_->ssl.get());
        ERR_clear_error();
    }
}

std::size_t TlsSession::pending() const {
    const int bytes = SSL_pending(parts_->ssl.get());
    return bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

bool TlsSession::resumed() const { return SSL_session_reused(parts_->ssl.get()) == 1; }

std::string_view TlsSession::version() const { return SSL_get_version(parts_->ssl.get()); }

bool TlsSession::peer_speaks_http() const { return parts_->transport.looks_like_http(); }

}  // namespace aggregator::net
