#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/types.h>

#include <aggregator/net/tls.hpp>
#include "net/io.hpp"

namespace aggregator::net {

/// One connection's TLS over a connected, non-blocking descriptor that somebody else owns and that
/// must outlive it. Owned by the connection; lives on its loop's thread. It never blocks and raises
/// no SIGPIPE.
///
/// Every verb behaves as its plain counterpart: Wait means "call again after any event of the
/// descriptor", whether TLS wants to read or to write for it, and a count below what was asked
/// means that nothing more can be moved right now. So with edge-triggered events, whoever stops
/// before a Wait or a short count calls again by himself. A failure is final: each later call gives
/// it again; only after a broken write() may read() still give what had come before.
class TlsSession {
public:
    /// The listener's side.
    [[nodiscard]] static std::unique_ptr<TlsSession> accept(
        const std::shared_ptr<TlsContext>& context, int fd);

    /// The client's side. `server_name` is the DNS name or the address literal (IPv6 with or
    /// without brackets) that the certificate must bear; a DNS name is also sent (SNI). Sessions
    /// are resumed by this name and the peer's port.
    [[nodiscard]] static std::unique_ptr<TlsSession> connect(
        const std::shared_ptr<TlsContext>& context, int fd, const std::string& server_name);

    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    /// One step of the handshake; Done when complete. Failures: TlsHandshake, TlsUntrusted,
    /// TlsExpired, TlsWrongName, TlsNotSpoken, Reset, Closed (the peer left in the middle), each
    /// with a detail for the operator.
    [[nodiscard]] Io handshake();

    /// After the handshake. Closed: the peer said close_notify. Failed with Reset: the peer's bytes
    /// ended without it, so an answer that was to last until the end of the connection is not
    /// whole. `size` is not 0.
    [[nodiscard]] Io read(char* to, std::size_t size);

    /// After the handshake. After a Wait, or for what a short count left over, the next call must
    /// begin with the same bytes; they may have moved and more may follow them, but not fewer than
    /// were offered. `size` is not 0.
    [[nodiscard]] Io write(const char* from, std::size_t size);

    /// Says close_notify if the descriptor takes it at once. The descriptor stays open.
    void shutdown();

    /// Bytes already decrypted that read() would give without touching the descriptor.
    [[nodiscard]] std::size_t pending() const;

    /// After a complete handshake: whether it continued an earlier session.
    [[nodiscard]] bool resumed() const;
    /// After a complete handshake: "TLSv1.3" and its like.
    [[nodiscard]] std::string_view version() const;
    /// The peer's first bytes were those of an HTTP message without TLS. With TlsNotSpoken on a
    /// listener: nothing has been sent, so an answer in plain HTTP will be understood.
    [[nodiscard]] bool peer_speaks_http() const;

private:
    struct Parts;
    [[nodiscard]] static std::unique_ptr<TlsSession> open(
        const std::shared_ptr<TlsContext>& context, int fd);
    explicit TlsSession(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace aggregator::net
