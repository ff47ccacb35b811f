#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <aggregator/http/message.hpp>
#include "net/pool.hpp"

namespace aggregator::net {

/// The head of a final answer. Its views are valid as long as the exchange lasts, and after
/// finish() or cancel() until the connection is taken for another one or the loop's turn is over.
struct AnswerHead {
    int status = 0;
    http::Fields fields{};
    std::optional<std::uint64_t> length{};  ///< of the body, if the head declares it
};

/// A request as it is sent to one host.
struct Outgoing {
    const http::Request& request;  ///< with its body in memory, or with a stream
    std::string_view authority;    ///< whom it is sent to: `name:port`
    std::string_view prefix;       ///< path in front of the target
    std::string_view begun{};      ///< what has been read from the stream before
    /// 100 Continue is asked for. The user then holds the body back until on_continue(), or for as
    /// long as it likes.
    bool expects_continue = false;
};

/// What a call learns of its exchange from the protocol that carries it. Everything runs on the
/// loop's thread. Each function may destroy the codec, or begin another exchange on it; where a
/// bool is returned, false means that this was done, or that the exchange was finished, cancelled
/// or streamed, so that the codec does not go on.
class ClientCodecUser {
public:
    virtual ~ClientCodecUser() = default;

    /// There is a connection: send the request. Not called if begin() returned true.
    virtual void on_open() = 0;
    /// All that was to be sent has been taken: more of the request's body can be sent.
    virtual void on_drained() = 0;
    /// The backend wants the body of a request that expects 100 Continue. The memory that is being
    /// parsed is still needed: send it in a later turn.
    virtual void on_continue() = 0;
    /// The final answer begins. `first`: what has come of its body so far, which may be all of it;
    /// an error if that is malformed, and then the exchange is lost, as with on_lost().
    [[nodiscard]] virtual bool on_head(const AnswerHead& head,
                                       const http::Result<http::Piece>& first) = 0;
    /// More of the body, or its end. Not called for an answer that is streamed.
    [[nodiscard]] virtual bool on_body(const http::Piece& piece) = 0;
    /// Of an answer that is streamed: next_piece() may return something.
    virtual void on_more() = 0;
    /// held_bytes() has changed.
    virtual void on_held() = 0;
    /// The answer ended too early or is malformed. The exchange is still to be cancelled; until
    /// then its head, if it came, is valid.
    virtual void on_lost(const base::Error& error) = 0;
    /// There is no connection: it could not be opened, or it broke and its answer with it. The
    /// exchange is over, and nothing of it is valid.
    virtual void on_broken(const base::Error& error) = 0;
};

/// What a call needs of the protocol that carries it: one request and its answer at a time, on a
/// connection or on a stream of one. ClientCall uses nothing else of it. Owned by its user.
///
/// begin() -> on_open() -> send(), pieces -> on_head(), on_body() ... -> finish() or cancel().
class ClientCodec {
public:
    virtual ~ClientCodec() = default;

    /// Takes a connection of the pool, which outlives the exchange. True: send() now; else
    /// on_open() or on_broken() follows in a later turn. The one before is over.
    [[nodiscard]] virtual bool begin(Pool& pool, Pool::Wanted wanted,
                                     const RedirectGuard* guard) = 0;
    /// From begin() to finish(), cancel() or on_broken().
    [[nodiscard]] virtual bool is_live() const = 0;

    /// Sends the head and what of the body is in memory.
    virtual void send(const Outgoing& outgoing) = 0;
    /// More of a streamed body. `bytes` is not empty.
    virtual void send_piece(std::string_view bytes) = 0;
    /// The streamed body ends here.
    virtual void send_end() = 0;
    /// Whether the backend has to take something before more is sent.
    [[nodiscard]] virtual bool is_sending() const = 0;
    /// The request cannot be sent to its end: on_broken(error) follows in a later turn.
    virtual void break_off(const base::Error& error) = 0;

    /// Whether the connection was an old one and nothing came on it: the backend may have closed it
    /// before it saw the request. Of an exchange that was lost.
    [[nodiscard]] virtual bool is_untouched() const = 0;
    /// Whether the connection leads to a loopback or link-local address.
    [[nodiscard]] virtual bool leads_near() const = 0;
    /// What is in memory of the answer and was not handed out.
    [[nodiscard]] virtual std::size_t held_bytes() const = 0;

    /// From on_head() on: the rest of the body is fetched with next_piece(), no longer handed out.
    virtual void stream_rest() = 0;
    /// As http::BodyStream has it. An error is final; the exchange is still to be cancelled.
    [[nodiscard]] virtual http::Result<http::Piece> next_piece() = 0;

    /// Lets go of the connection. It is kept for another request if this one and its answer have
    /// been transferred to their ends and nothing speaks against it.
    virtual void finish() = 0;
    /// Drops the exchange, whatever is still to be sent or to come.
    virtual void cancel() = 0;
};

}  // namespace aggregator::net
