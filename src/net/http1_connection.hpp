#pragma once

#include <memory>
#include <string>

#include <aggregator/base/held.hpp>
#include <aggregator/http/body.hpp>
#include <aggregator/http/serializer.hpp>
#include <aggregator/net/server.hpp>
#include "net/outbox.hpp"
#include "net/server_exchange.hpp"
#include "net/wire.hpp"

namespace aggregator::net {

/// One client's connection that speaks HTTP/1: one request after the other, each answered before
/// the next is read. Owned by its Server; destroyed by remove() only, at the end of the loop's
/// turn.
class Http1Connection : public Watcher, private ServerCodec, private base::Holding {
public:
    Http1Connection(Server& server, std::unique_ptr<Wire> wire);
    ~Http1Connection() override;

    void on_ready(std::uint32_t events) override;
    /// Closes now if nothing is in flight, else after the reply that is.
    void drain();
    /// Closes now, whatever is in flight.
    void close();
    /// Replies that there are too many connections, and closes. Of a new connection, once.
    void turn_away();
    [[nodiscard]] bool is_turned_away() const { return turned_away_; }

    std::size_t index = 0;  ///< its place in the server's list

private:
    enum class Phase : std::uint8_t { Handshake, Head, Exchange, Linger, Closed };

    // reading
    void continue_handshake();
    void note_failed_handshake(const base::Error& error);
    void read_ready();
    /// Of a request that is being answered.
    void read_body();
    /// Of a request that was refused: what its client still sends is dropped.
    void read_off();
    void receive();
    void process_input();
    void keep_input(std::string_view bytes);
    void begin_exchange(std::size_t head_bytes);
    [[nodiscard]] bool take_first_body(std::size_t head_bytes);
    [[nodiscard]] bool check_expectation();
    void next_request();
    void shrink();

    // the request's body, while it streams (http1_body.cpp)
    [[nodiscard]] http::Result<http::Piece> next_piece() override;
    [[nodiscard]] std::optional<std::uint64_t> body_length() const override {
        return parser_.content_length();
    }
    [[nodiscard]] http::Result<http::Piece> body_from(std::string_view input);
    void await_body();
    void send_continue();

    // replying (http1_reply.cpp)
    /// Answers what is no sound request, or came too late, and closes behind the answer.
    void refuse(const base::Error& error);
    [[nodiscard]] bool send_head(const http::Response& response, Body body) override;
    [[nodiscard]] bool send_piece(std::string_view bytes) override;
    [[nodiscard]] bool send_end() override;
    [[nodiscard]] bool is_sending() const override { return !out_.empty(); }
    void await_client() override;
    void finish_exchange() override;
    void cut_exchange() override { close(); }
    [[nodiscard]] http::ReplyHead::Connection connection_token() const;
    [[nodiscard]] http::Framing framing_of(const http::Response& response) const;
    /// A head that may be appended to, and the body behind it.
    [[nodiscard]] bool send_whole(std::string& head, std::string_view body);
    void linger();
    void check_gone();

    // waits (http1_waits.cpp)
    void on_timer();
    void on_exchange_timer();
    /// When the present wait is over; Time::max() if nobody waits for the client.
    [[nodiscard]] base::Time due() const;
    [[nodiscard]] base::Time exchange_due() const;
    /// Arms the timer if it would fire too late.
    void watch();
    void note_unread();
    /// Counts what the request in flight keeps in memory, if that is much.
    void note_request();
    void give_up(base::HeldKind kind) override;

    Server& server_;
    WireLoop& loop_;
    std::unique_ptr<Wire> wire_;
    http::Parser parser_;
    Outbox out_;
    base::Timer timer_;
    std::unique_ptr<base::Timer> more_;  // lingers on in the next turn
    std::string input_;     // the head of the request in flight, then what was read behind it
    std::string carry_;     // read behind the end of a streamed body
    std::string gathered_;  // body pieces that did not lie side by side
    std::string client_;
    ServerExchange exchange_;
    std::size_t consumed_ = 0;  // of input_, by the request in flight
    base::Time active_{};       // when the client last did what the present phase waits for
    base::Time taken_{};        // when the client last took something of its reply
    std::size_t untaken_ = 0;   // of the reply, in the wire at that time
    Phase phase_ = Phase::Head;
    http::Framing::Kind framing_ = http::Framing::Kind::None;
    bool readable_ = false;  // there may be something to read
    bool hangup_ = false;
    bool close_after_ = false;
    bool wants_continue_ = false;
    bool body_awaited_ = false;  // somebody asked for more of it than had come
    bool turned_away_ = false;
};

}  // namespace aggregator::net
