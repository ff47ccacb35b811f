#pragma once

#include <memory>
#include <optional>
#include <string>

#include <aggregator/http/parser.hpp>
#include <aggregator/net/pools.hpp>
#include "net/address.hpp"
#include "net/connector.hpp"
#include "net/outbox.hpp"
#include "net/wire.hpp"

namespace aggregator::net {

class Pool;

/// Whoever uses a connection now: one exchange. What it is told may end with its own destruction.
class UpstreamUser {
public:
    virtual ~UpstreamUser() = default;
    /// The connection is open: send. Not told for a kept connection.
    virtual void on_open() = 0;
    virtual void on_readable() = 0;
    /// Everything that was to be sent has been.
    virtual void on_drained() = 0;
    /// The connection is closed and no longer this user's.
    virtual void on_broken(const base::Error& error) = 0;
};

/// One connection to a backend, which carries one exchange after the other; until it is open, its
/// Connector's. Owned by its Pool; destroyed at the end of the loop's turn in which it closed.
class Upstream : public Watcher {
public:
    explicit Upstream(Pool& pool);
    ~Upstream() override;

    /// Begins to connect; on_open() or on_broken() follows in a later turn. With a guard, fails
    /// with BadRedirect rather than to connect where that forbids it.
    void open(UpstreamUser& user, const RedirectGuard* guard);
    /// Whether a kept connection may be taken up. The body of an answer that must not have one (to
    /// HEAD, 204, 304) may have come behind it in spite of that, in this very turn of the loop.
    [[nodiscard]] bool is_clean() { return !doubtful_ || is_silent(); }
    /// A kept connection begins another exchange; it is ready to send.
    void take_up(UpstreamUser& user);

    void on_ready(std::uint32_t events) override;

    /// Sends now or as soon as possible.
    void send(std::string_view bytes) { send_both(bytes, {}); }
    /// The same for two texts, one behind the other; a long second one is not copied to be sent.
    void send_both(std::string_view first, std::string_view second);
    /// Whether send() has to wait: bytes are pending, or the connection is known to be broken.
    [[nodiscard]] bool sending() const { return !out_.empty() || failure_; }
    /// Breaks the connection in a later turn; the user is told `error`.
    void tell_later(const base::Error& error);
    /// Reads what is there into the loop's scratch.
    [[nodiscard]] Io read();
    /// Whether read() may find something without waiting for an event.
    [[nodiscard]] bool readable() const { return readable_; }

    /// Gives the connection back after a whole exchange: kept, unless something speaks against it.
    void release();
    /// Closes; the user is not told.
    void close();

    [[nodiscard]] bool reused() const { return reused_; }
    /// Whether the open connection leads to a loopback or link-local address.
    [[nodiscard]] bool leads_near() const;
    /// Whether the open connection leads where the guard lets it; null: anywhere.
    [[nodiscard]] bool is_within(const RedirectGuard* guard) const;
    [[nodiscard]] http::Parser& parser() { return parser_; }

    std::size_t index = 0;       ///< its place in the pool's list of all
    std::size_t idle_index = 0;  ///< its place in the pool's list of idle ones

private:
    friend class Pool;
    enum class Phase : std::uint8_t { Opening, Busy, Idle, Closed };

    void opened(base::Result<Connector::Opened> outcome);
    void on_writable();
    void read_busy();
    void look_while_idle();
    /// Whether nothing has come that nobody asked for; what has is lost.
    [[nodiscard]] bool is_silent();
    void broken(base::Error error);
    void fail_later(base::Error error);
    void end_failed();
    void on_timer();
    /// The backend has made progress with what is sent to it.
    void note_untaken();
    /// Whether it is the backend's turn: to take what is sent, or to go on with its answer.
    [[nodiscard]] bool awaits_backend() const;
    /// When to look next whether it has made progress, or was kept for long enough.
    [[nodiscard]] base::Time due() const;
    /// Arms the timer if it would fire too late.
    void watch();

    Pool& pool_;
    WireLoop& loop_;
    std::unique_ptr<Wire> wire_;
    http::Parser parser_;
    Outbox out_;
    base::Timer timer_;
    std::size_t untaken_ = 0;  // of the request, in the wire at that time
    base::Time moved_{};       // when the last byte went or came; when it became idle
    UpstreamUser* user_ = nullptr;
    std::unique_ptr<Connector> connector_;  // until the connection is open
    std::optional<base::Error> failure_;    // to be told in a later turn
    bool unsent_ = false;                   // sending failed; what was received may still be whole
    Phase phase_ = Phase::Opening;
    bool readable_ = false;
    bool hangup_ = false;
    bool reused_ = false;
    bool doubtful_ = false;  // the last answer had no body whatever its head said
};

}  // namespace aggregator::net
