#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <aggregator/base/held.hpp>
#include <aggregator/http/body.hpp>
#include <aggregator/http/owned_request.hpp>
#include <aggregator/http/serializer.hpp>
#include <aggregator/net/client.hpp>
#include "net/host_list.hpp"
#include "net/pool.hpp"
#include "net/redirect.hpp"

namespace aggregator::net {

class AnswerStream;

/// One exchange with a backend: sends the request, reads the answer. Owned by the caller of
/// Client::call().
class ClientCall : public http::Call, private UpstreamUser, private base::Holding {
public:
    ClientCall(Client& client, const http::Request& request, http::Done done);
    ~ClientCall() override;

private:
    friend class AnswerStream;

    /// What an answer leaves on its connection: nothing, or something that nobody asked for.
    enum class Ending : std::uint8_t { Clean, Ragged };
    /// What the request's body is.
    enum class Body : std::uint8_t { None, Whole, Streamed };

    void on_open() override;
    void on_readable() override;
    void on_drained() override;
    void on_broken(const base::Error& error) override;

    // sending
    void keep(const http::Request& request);
    void prepare();
    void append_head(std::string& out) const;
    void send_head();
    [[nodiscard]] bool is_chunked() const { return framing_.kind == http::Framing::Kind::Chunked; }
    void connect(Pool::Wanted wanted);
    void send_request();
    void await_continue();
    void send_body();
    void pump_body();
    void lost(const base::Error& error);
    [[nodiscard]] bool resendable() const;

    // receiving; false: the call is over and may be gone
    [[nodiscard]] bool take(std::string_view input);
    [[nodiscard]] bool take_head(std::string_view input);
    /// An answer in front of the final one (RFC 9110 15.2).
    [[nodiscard]] bool pass_interim();
    [[nodiscard]] bool take_first(std::string_view head, std::string_view rest);
    [[nodiscard]] bool take_more(std::string_view input);
    [[nodiscard]] bool keep(std::string_view bytes);
    [[nodiscard]] http::Result<http::Batch> batch_from(std::string_view input);
    /// Of an answer that is complete.
    [[nodiscard]] Ending ending() const { return ragged_ ? Ending::Ragged : Ending::Clean; }
    void input_ended();
    void read_on();
    /// Counts what is in memory until the answer is whole, or the body can be sent again no more.
    void note_held();
    void give_up(base::HeldKind kind) override;

    // redirects (client_redirect.cpp)
    /// If the answer's head is a redirect that can be followed, begins with that and returns what
    /// take() does.
    [[nodiscard]] std::optional<bool> redirect();
    [[nodiscard]] bool can_repeat() const;
    [[nodiscard]] bool read_off(std::string_view input);
    [[nodiscard]] bool is_reading_off() const { return redirect_ && redirect_->reading_off; }
    void follow(Ending ending);
    /// Makes the request that follows the redirect.
    void rewrite(const Origin& from, const std::string& from_target);
    [[nodiscard]] bool may_follow(const Origin& to) const;
    void guard_redirect();
    void leave_host();

    [[nodiscard]] http::Response begin_response();
    void deliver(std::string_view body, Ending ending);
    void deliver_stream(std::string_view first);
    void fail(const base::Error& error);
    /// The same; if the head of the answer came, and its body was being collected, the caller gets
    /// the head and the error.
    void cut(const base::Error& error);
    void give_back(Ending ending);

    // what the host is judged by, once (client_outcome.cpp)
    void judge_answer();
    /// Of an answer whose body is still to come.
    void judge_head();
    void judge_failure(base::Code code);
    /// The call is destroyed before its end.
    void judge_leaving();
    void note_host();
    [[nodiscard]] bool on_own_host() const { return !redirect_ || host_ != &redirect_->host; }

    // of a streamed answer
    [[nodiscard]] http::Result<http::Piece> next_piece();
    [[nodiscard]] http::Result<http::Piece> broken_piece(const base::Error& error);
    void stream_gone();

    [[nodiscard]] http::Parser& parser() const { return upstream_->parser(); }
    [[nodiscard]] const Origin& origin() const { return host_->origin; }
    /// As the backend sees it, the host's prefix included.
    [[nodiscard]] std::string target() const;

    Client& client_;
    http::Done done_;
    http::OwnedRequest request_;  // with its body, if that is in memory
    http::BodyStream* source_ =
        nullptr;  // a streamed request body that has not been sent to its end
    Upstream* upstream_ = nullptr;
    AnswerStream* stream_ = nullptr;
    http::Asked* asked_;
    base::Time deadline_;
    std::unique_ptr<base::Timer> header_timer_;
    std::unique_ptr<base::Timer> continue_timer_;  // while the body waits for 100 Continue
    std::unique_ptr<base::Timer> more_body_;       // of the request, in the next turn
    std::unique_ptr<base::Timer> more_input_;      // of the answer, the same
    std::unique_ptr<Redirect> redirect_;
    std::string answered_target_;  // what the answer is to, prefix included
    std::string head_;             // of an answer that did not come in one piece
    std::string carry_;            // of a head that is not whole
    std::string gathered_;         // body pieces that did not lie side by side
    std::string body_;             // of an answer that is collected
    std::uint64_t body_bytes_ = 0;
    HostList::Turn turn_;
    HostEntry* host_;  // of the client's list, or the redirect's
    unsigned interim_answers_ = 0;
    Body body_kind_ = Body::None;
    http::Framing framing_;

    bool head_request_ = false;
    bool idempotent_ = false;

    bool expects_continue_ = false;
    bool opened_ = false;
    bool body_begun_ = false;
    bool received_ = false;
    bool ragged_ = false;  // bytes stood behind the answer's end
    bool resent_ = false;
    bool judged_ = false;  // the host
};

/// The rest of an answer that did not come with its head. Owned by whoever got the Response; the
/// call and it tell each other when they go.
class AnswerStream : public http::BodyStream {
public:
    AnswerStream(ClientCall& call, std::optional<std::uint64_t> length)
        : call_(&call), length_(length) {}
    ~AnswerStream() override;

    [[nodiscard]] http::Result<http::Piece> next() override;
    void wake_with(std::function<void()> wake) override { wake_ = std::move(wake); }
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return length_; }

    void wake();
    void broke(const base::Error& error);
    void orphan() { call_ = nullptr; }
    void begin_with(std::string_view bytes) { first_.assign(bytes); }

private:
    ClientCall* call_;
    std::optional<std::uint64_t> length_;
    std::function<void()> wake_;
    std::string first_;
    std::optional<base::Error> error_;
    bool first_given_ = false;
};

}  // namespace aggregator::net
