#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <aggregator/base/counters.hpp>
#include <aggregator/net/loop.hpp>
#include <aggregator/net/tls.hpp>
#include "net/io.hpp"

namespace aggregator::net {

/// The bytes of one connection, connected or connecting, that never blocks, with TLS on it or not:
/// all that the codecs know of what is below them. Owned by one connection; lives on its loop's
/// thread. Destroying it closes it. The real one is Socket; the tests' has no descriptor.
class Wire {
public:
    Wire() = default;
    virtual ~Wire() = default;
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    /// Counts what comes in and goes out, TLS's own bytes left out. Both outlive it.
    void count_with(base::Counter& in, base::Counter& out) {
        in_ = &in;
        out_ = &out;
    }

    /// Tells the watcher of every change from now on, edge-triggered, and once of the present
    /// state. Only one watches; it must leave before it goes.
    virtual void watch(Watcher& watcher) = 0;
    /// Nothing is told any more, whatever has happened already.
    virtual void unwatch() = 0;
    /// Nothing is told any more, and what it has of the system is free from now on, not only when
    /// it is destroyed. It can be used for nothing else.
    virtual void close() { unwatch(); }

    /// What became of the attempt to connect, once the wire was writable.
    [[nodiscard]] virtual Io connected() const = 0;
    virtual void begin_tls_accept(const std::shared_ptr<TlsContext>& context) = 0;
    virtual void begin_tls_connect(const std::shared_ptr<TlsContext>& context,
                                   const std::string& server_name) = 0;
    [[nodiscard]] virtual bool tls() const = 0;
    /// One step of the handshake that was begun; Done when it is complete.
    [[nodiscard]] virtual Io handshake() = 0;
    /// After a handshake that failed with TlsNotSpoken: whether a plain HTTP answer will be
    /// understood.
    [[nodiscard]] virtual bool peer_speaks_http() const = 0;
    /// Goes on without TLS, to give that answer.
    virtual void drop_tls() = 0;

    /// Without TLS, less than there is room for means that there is nothing more now, unless the
    /// peer has ended its side.
    [[nodiscard]] virtual Io read(std::span<char> room) = 0;
    /// After a Wait, or for what a short count left over, the next call begins with the same bytes.
    [[nodiscard]] virtual Io write(std::string_view bytes) = 0;
    /// Both, one behind the other, in one system call. For a wire without TLS.
    [[nodiscard]] virtual Io write_both(std::string_view first, std::string_view second) = 0;
    /// Says that no more will be sent; best effort.
    virtual void end_sending() = 0;
    /// Whether the peer has gone and left nothing to read. Takes nothing.
    [[nodiscard]] virtual bool gone() const = 0;
    /// Bytes that were sent and that the peer's system has not taken yet. They get fewer long
    /// before the wire is writable again, which needs a third of its buffer.
    [[nodiscard]] virtual std::size_t untaken() const = 0;
    /// Makes closing reset the connection, so that the peer does not take a cut answer for a whole
    /// one.
    virtual void reset_on_close() = 0;
    /// Probes an idle peer after so many seconds, and then as often.
    virtual void keep_alive(int seconds) = 0;

    /// The peer's address, text; empty if the connection is gone.
    [[nodiscard]] virtual std::string peer() const = 0;
    /// The address of this end.
    [[nodiscard]] virtual std::string own() const = 0;

protected:
    void count_in(std::size_t bytes) {
        if (in_ != nullptr) {
            in_->add(bytes);
        }
    }
    void count_out(std::size_t bytes) {
        if (out_ != nullptr) {
            out_->add(bytes);
        }
    }

private:
    base::Counter* in_ = nullptr;
    base::Counter* out_ = nullptr;
};

}  // namespace aggregator::net
