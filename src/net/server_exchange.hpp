#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <aggregator/http/parser.hpp>
#include <aggregator/http/service.hpp>
#include <aggregator/net/server.hpp>

namespace aggregator::net {

/// What an exchange needs of the protocol that carries it: a connection, or a stream of one. Where
/// a bool is returned, false means that the connection broke.
class ServerCodec {
public:
    virtual ~ServerCodec() = default;

    /// Of the request's body, as http::BodyStream has them.
    [[nodiscard]] virtual http::Result<http::Piece> next_piece() = 0;
    [[nodiscard]] virtual std::optional<std::uint64_t> body_length() const = 0;

    enum class Body : std::uint8_t {
        None,      ///< the status or the method leaves no room for one
        Whole,     ///< it is in the response
        Streamed,  ///< send_piece() and send_end() will be called
    };
    [[nodiscard]] virtual bool send_head(const http::Response& response, Body body) = 0;
    /// `bytes` is not empty.
    [[nodiscard]] virtual bool send_piece(std::string_view bytes) = 0;
    [[nodiscard]] virtual bool send_end() = 0;
    /// Whether the client has to take something before more is sent.
    [[nodiscard]] virtual bool is_sending() const = 0;
    /// The client is waited for, since now if it was not before.
    virtual void await_client() = 0;

    /// The reply was sent to its end. May destroy the exchange, or begin with another request.
    virtual void finish_exchange() = 0;
    /// The reply cannot go on: the client must not take it for whole.
    virtual void cut_exchange() = 0;
};

/// One request on the server's side, its body and its reply, whatever protocol carries it. Owned by
/// the codec, which uses it for one request after the other.
class ServerExchange : private http::BodyStream {
public:
    /// `client`: its address; lives as long as the exchange.
    ServerExchange(Server& server, ServerCodec& codec, const std::string& client)
        : server_(server), codec_(codec), client_(client) {}

    /// A request's head is complete. Fails as what it says is no sound request.
    [[nodiscard]] http::Result<void> begin(const http::Parser& head);
    /// All of the body.
    void take_body(std::string_view bytes) { request_.body = bytes; }
    /// ... or what came of it with the head.
    void stream_body(std::string_view first);
    void expect_continue() { request_.expects_continue = true; }
    [[nodiscard]] const http::Request& request() const { return request_; }
    /// Hands the request to the service.
    void start();
    /// Replies to what is no sound request, or came too late.
    void refuse(const base::Error& error);

    /// More of the request's body may be there, or its end.
    void wake();
    [[nodiscard]] bool has_waker() const { return static_cast<bool>(wake_); }
    [[nodiscard]] bool has_first_body() const { return !first_body_.empty(); }
    /// Whether there is a body that is still asked for.
    [[nodiscard]] bool awaits_body() const { return request_.stream != nullptr && !body_late_; }
    /// The body did not come in time: whoever asks for it gets RequestTimeout.
    void body_is_late();

    /// Sends what there is of the reply.
    void pump();
    /// A failure that the access log shows, and the counters.
    void note_failure(base::Code code);
    [[nodiscard]] bool replied() const { return replied_; }
    /// What the request's target takes, if it is not as it came.
    [[nodiscard]] std::size_t target_bytes() const { return target_.capacity(); }
    [[nodiscard]] base::Time began() const { return began_; }

    /// The reply was sent: notes it, and is ready for another request.
    void end();
    /// The connection closes before the reply was sent to its end.
    void abandon();
    /// Lets go of everything without a word; also after abandon().
    void clear();

private:
    [[nodiscard]] http::Result<http::Piece> next() override;
    void wake_with(std::function<void()> wake) override { wake_ = std::move(wake); }
    [[nodiscard]] std::optional<std::uint64_t> length() const override {
        return codec_.body_length();
    }

    void reply(http::Result<http::Response> outcome);
    void reply_error(const base::Error& error);
    void start_reply(http::Response response);
    [[nodiscard]] bool send_stream();
    /// The whole reply waits for the client: frees what made it.
    void let_go_of_call();
    /// Gives the request its id, if requests have one.
    void identify();
    /// The fields of a reply, with the id if clients are told.
    [[nodiscard]] http::Fields with_id(http::Fields fields);
    void note_access();
    [[nodiscard]] bool bodyless() const {
        return status_ < 200 || status_ == 204 || status_ == 304;
    }

    Server& server_;
    ServerCodec& codec_;
    const std::string& client_;
    std::string target_;  // of a request whose path had to be added
    std::string reason_;  // why the request was refused
    std::string id_;      // of the request
    http::Request request_;
    http::AccessRecord record_;
    std::unique_ptr<std::string> endpoint_;  // what record_ views once the call is gone
    std::unique_ptr<http::Call> call_;
    std::unique_ptr<http::BodyStream> stream_;  // the reply's body
    std::function<void()> wake_;
    std::unique_ptr<base::Timer> more_;  // goes on with a long reply in the next turn
    std::string_view first_body_;        // of a streamed body: what came with the head
    base::Time began_{};                 // when the present request's head was complete
    std::uint64_t sent_bytes_ = 0;
    int status_ = 0;
    bool replied_ = false;
    bool body_late_ = false;
};

}  // namespace aggregator::net
