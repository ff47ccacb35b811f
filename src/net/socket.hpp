#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <Poco/Net/StreamSocket.h>

#include "net/tls_session.hpp"
#include "net/wire.hpp"

namespace aggregator::net {

/// The Wire of a TCP connection. A library's exception becomes an Io here.
class Socket final : public Wire {
public:
    /// Takes over a descriptor from accept.
    Socket(WireLoop& loop, int descriptor);
    /// Begins to connect to a literal address; fails with Connect when not even that is possible.
    [[nodiscard]] static base::Result<std::unique_ptr<Socket>> connect(WireLoop& loop,
                                                                       const std::string& address,
                                                                       std::uint16_t port);
    ~Socket() override;

    void watch(Watcher& watcher) override;
    void unwatch() override;
    void close() override;
    [[nodiscard]] Io connected() const override;
    void begin_tls_accept(const std::shared_ptr<TlsContext>& context) override;
    void begin_tls_connect(const std::shared_ptr<TlsContext>& context,
                           const std::string& server_name) override;
    [[nodiscard]] bool tls() const override { return tls_ != nullptr; }
    [[nodiscard]] Io handshake() override { return tls_->handshake(); }
    [[nodiscard]] bool peer_speaks_http() const override { return tls_->peer_speaks_http(); }
    void drop_tls() override { tls_.reset(); }
    [[nodiscard]] Io read(std::span<char> room) override;
    [[nodiscard]] Io write(std::string_view bytes) override;
    [[nodiscard]] Io write_both(std::string_view first, std::string_view second) override;
    void end_sending() override;
    [[nodiscard]] bool gone() const override;
    [[nodiscard]] std::size_t untaken() const override;
    void reset_on_close() override;
    void keep_alive(int seconds) override;
    [[nodiscard]] std::string peer() const override;
    [[nodiscard]] std::string own() const override;

    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    Socket(WireLoop& loop, const Poco::Net::StreamSocket& stream);

    [[nodiscard]] Io read_some(std::span<char> room);
    [[nodiscard]] Io write_some(std::string_view bytes);

    WireLoop& loop_;
    Watcher* watcher_ = nullptr;
    Poco::Net::StreamSocket stream_;
    int descriptor_;
    std::unique_ptr<TlsSession> tls_;
};

}  // namespace aggregator::net
