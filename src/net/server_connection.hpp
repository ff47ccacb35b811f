#pragma once

#include <memory>
#include <string>

#include <aggregator/base/held.hpp>
#include <aggregator/http/body.hpp>
#include <aggregator/http/serializer.hpp>
#include <aggregator/net/server.hpp>
#include "net/outbox.hpp"
#include "net/wire.hpp"

namespace aggregator::net {

/// One client's connection: one request after the other, each answered before the next is read.
/// Owned by its Server; destroyed by remove() only, at the end of the loop's turn.
class ServerConnection : public Watcher, private http::BodyStream, private base::Holding {
public:
    ServerConnection(Server& server, std::unique_ptr<Wire> wire);
    ~ServerConnection() override;

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
    void receive();
    void process_input();
    void keep_input(std::string_view bytes);
    void begin_exchange(std::size_t head_bytes);
    [[nodiscard]] bool describe_request();
    [[nodiscard]] bool take_first_body(std::size_t head_bytes);
    [[nodiscard]] bool check_expectation();
    void next_request();

    // the request's body, while it streams
    [[nodiscard]] http::Result<http::Piece> next() override;
    void wake_with(std::function<void()> wake) override { wake_ = std::move(wake); }
    [[nodiscard]] std::optional<std::uint64_t> length() const override {
        return parser_.content_length();
    }
    [[nodiscard]] http::Result<http::Piece> body_from(std::string_view input);
    void await_body();
    void send_continue();

    // replying
    void reply(http::Result<http::Response> outcome);
    void reply_error(const base::Error& error);
    /// Answers what is no sound request, or came too late, and closes behind the answer.
    void refuse(const base::Error& error);
    void note_refusal(const base::Error& error);
    void start_reply(http::Response response);
    [[nodiscard]] http::ReplyHead::Connection connection_token() const;
    [[nodiscard]] http::Framing framing_of(const http::Response& response) const;
    void pump();
    /// The whole reply waits for the client: frees what made it.
    void let_go_of_call();
    /// A head that may be appended to, and the body behind it.
    [[nodiscard]] bool send_whole(std::string& head, std::string_view body);
    [[nodiscard]] bool send_piece(std::string_view bytes);
    void finish_exchange();
    void note_access() const;
    void linger();
    void check_gone();

    // waits (server_waits.cpp)
    void on_timer();
    void on_exchange_timer();
    void body_is_late();
    /// When the present wait is over; Time::max() if nobody waits for the client.
    [[nodiscard]] base::Time due() const;
    [[nodiscard]] base::Time exchange_due() const;
    /// Arms the timer if it would fire too late.
    void watch();
    void note_unread();
    void give_up(base::HeldKind kind) override;

    [[nodiscard]] bool bodyless() const {
        return status_ < 200 || status_ == 204 || status_ == 304;
    }

    Server& server_;
    WireLoop& loop_;
    std::unique_ptr<Wire> wire_;
    http::Parser parser_;
    Outbox out_;
    base::Timer timer_;
    std::string input_;     // the head of the request in flight, then what was read behind it
    std::string carry_;     // read behind the end of a streamed body
    std::string gathered_;  // body pieces that did not lie side by side
    std::string target_;    // of a request whose path had to be added
    std::string client_;
    std::string reason_;        // why the request was refused
    std::size_t consumed_ = 0;  // of input_, by the request in flight
    http::Request request_;
    http::AccessRecord record_;
    std::unique_ptr<std::string> endpoint_;  // what record_ views once the call is gone
    std::unique_ptr<http::Call> call_;
    std::unique_ptr<http::BodyStream> stream_;  // the reply's body
    std::function<void()> wake_;
    std::string_view first_body_;  // of a streamed body: what came with the head
    base::Time active_{};          // when the client last did what the present phase waits for
    base::Time began_{};           // when the present request's head was complete
    base::Time taken_{};           // when the client last took something of its reply
    std::size_t untaken_ = 0;      // of the reply, in the wire at that time
    std::uint64_t sent_bytes_ = 0;
    int status_ = 0;
    Phase phase_ = Phase::Head;
    http::Framing::Kind framing_ = http::Framing::Kind::None;
    bool readable_ = false;  // there may be something to read
    bool hangup_ = false;
    bool close_after_ = false;
    bool wants_continue_ = false;
    bool replied_ = false;
    bool body_late_ = false;
    bool body_awaited_ = false;  // somebody asked for more of it than had come
    bool turned_away_ = false;
};

}  // namespace aggregator::net
