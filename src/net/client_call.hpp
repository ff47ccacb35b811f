#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <aggregator/base/held.hpp>
#include <aggregator/http/owned_request.hpp>
#include <aggregator/net/client.hpp>
#include "net/client_codec.hpp"
#include "net/host_list.hpp"
#include "net/http1_exchange.hpp"
#include "net/redirect.hpp"

namespace aggregator::net {

class AnswerStream;

/// One call of a backend, whatever protocol carries it: which host is asked, how long it is waited
/// for, where it redirects to, and what is made of its answer. Owned by the caller of
/// Client::call().
class ClientCall : public http::Call, private ClientCodecUser, private base::Holding {
public:
    ClientCall(Client& client, const http::Request& request, http::Done done);
    ~ClientCall() override;

private:
    friend class AnswerStream;

    /// What the request's body is.
    enum class Body : std::uint8_t { None, Whole, Streamed };
    /// How an exchange ends: the connection may be kept if it is Finished.
    enum class Ending : std::uint8_t { Finished, Cancelled };

    /// The protocol: HTTP/1.1, until there is another one to choose. All that it shows is a
    /// ClientCodec; named by its own class, so that calls of it are not virtual.
    [[nodiscard]] Http1Exchange& codec() { return http1_; }
    [[nodiscard]] const Http1Exchange& codec() const { return http1_; }
    void on_open() override;
    void on_drained() override { pump_body(); }
    void on_continue() override;
    [[nodiscard]] bool on_head(const AnswerHead& head,
                               const http::Result<http::Piece>& first) override;
    [[nodiscard]] bool on_body(const http::Piece& piece) override;
    void on_more() override;
    void on_held() override { note_held(); }
    void on_lost(const base::Error& error) override;
    void on_broken(const base::Error& error) override;

    // sending
    void keep(const http::Request& request);
    void prepare();
    void connect(Pool::Wanted wanted);
    void send_head();
    void await_continue();
    void send_body();
    void pump_body();
    void send_piece(std::string_view bytes);
    [[nodiscard]] bool resendable() const;

    // receiving; false: the call is over and may be gone
    [[nodiscard]] bool take_whole(std::string_view body);
    [[nodiscard]] bool keep(std::string_view bytes);
    /// Counts what is in memory until the answer is whole, or the body can be sent again no more.
    void note_held();
    void give_up(base::HeldKind kind) override;

    // redirects (client_redirect.cpp)
    /// If the answer's head is a redirect that can be followed, begins with that and returns what
    /// on_head() does. `body` says whether more of the answer is to come.
    [[nodiscard]] std::optional<bool> redirect(http::Piece::State body);
    [[nodiscard]] bool can_repeat() const;
    [[nodiscard]] bool read_off(const http::Piece& piece);
    [[nodiscard]] bool is_reading_off() const { return redirect_ && redirect_->reading_off; }
    void follow();
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
    void end_exchange(Ending ending);

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
    void stream_gone();

    [[nodiscard]] const Origin& origin() const { return host_->origin; }
    /// As the backend sees it, the host's prefix included.
    [[nodiscard]] std::string target() const;

    Client& client_;
    http::Done done_;
    http::OwnedRequest request_;  // with its body, if that is in memory
    http::BodyStream* source_ =
        nullptr;  // a streamed request body that has not been sent to its end
    Http1Exchange http1_;
    AnswerStream* stream_ = nullptr;
    http::Asked* asked_;
    base::Time deadline_;
    base::Time host_asked_at_{};
    std::optional<base::Duration> head_took_;  // of the host; none while a client's body comes
    std::unique_ptr<base::Timer> header_timer_;
    std::unique_ptr<base::Timer> continue_timer_;  // while the body waits for 100 Continue
    std::unique_ptr<base::Timer> more_body_;       // of the request, in the next turn
    std::unique_ptr<Redirect> redirect_;
    std::string answered_target_;  // what the answer is to, prefix included
    std::string body_;             // of an answer that is collected
    std::uint64_t body_bytes_ = 0;
    AnswerHead answer_;  // no status: it has not come
    HostList::Turn turn_;
    HostEntry* host_;  // of the client's list, or the redirect's
    Body body_kind_ = Body::None;

    bool idempotent_ = false;
    bool expects_continue_ = false;
    bool opened_ = false;
    bool body_begun_ = false;
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
