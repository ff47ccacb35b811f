#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include "net/io.hpp"
#include "net/tls_session.hpp"

namespace aggregator::net {

/// A connected, or connecting, TCP socket that never blocks, with TLS on it or not. Owned by one
/// connection, which also takes it in and out of the event loop. A library's exception becomes an
/// Io here.
class Socket {
public:
    /// Takes over a descriptor from accept.
    explicit Socket(int descriptor);
    /// Begins to connect; fails with Connect when not even that is possible.
    [[nodiscard]] static base::Result<Socket> connect(const Poco::Net::SocketAddress& address);

    /// What became of a connect(), once the socket was writable.
    [[nodiscard]] Io connected() const;
    void begin_tls_accept(const std::shared_ptr<TlsContext>& context);
    void begin_tls_connect(const std::shared_ptr<TlsContext>& context,
                           const std::string& server_name);
    [[nodiscard]] bool tls() const { return tls_ != nullptr; }
    [[nodiscard]] Io handshake() { return tls_->handshake(); }
    /// After a handshake that failed with TlsNotSpoken: whether a plain HTTP answer will be
    /// understood.
    [[nodiscard]] bool peer_speaks_http() const { return tls_->peer_speaks_http(); }
    /// Goes on without TLS, to give that answer.
    void drop_tls() { tls_.reset(); }

    [[nodiscard]] Io read(std::span<char> room);
    [[nodiscard]] Io write(std::string_view bytes);
    /// Both, one behind the other, in one system call. For a socket without TLS.
    [[nodiscard]] Io write_both(std::string_view first, std::string_view second);
    /// Says that no more will be sent; best effort.
    void end_sending();
    /// Whether the peer has gone and left nothing to read. Takes nothing.
    [[nodiscard]] bool gone() const;
    /// Bytes that were sent and that the peer's system has not taken yet. They get fewer long
    /// before the socket is writable again, which needs a third of its buffer.
    [[nodiscard]] std::size_t untaken() const;
    /// Makes close reset the connection, so that the peer does not take a cut answer for a whole
    /// one.
    void reset_on_close();
    void keep_alive(int seconds);

    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] std::string peer() const;
    /// The address of this end.
    [[nodiscard]] std::string own() const;

private:
    explicit Socket(const Poco::Net::StreamSocket& stream);

    Poco::Net::StreamSocket stream_;
    int descriptor_;
    std::unique_ptr<TlsSession> tls_;
};

}  // namespace aggregator::net
