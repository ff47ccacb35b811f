#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <aggregator/http/body.hpp>
#include <aggregator/http/parser.hpp>
#include <aggregator/http/serializer.hpp>
#include "net/client_codec.hpp"
#include "net/pool.hpp"

namespace aggregator::net {

/// A request and its answer in HTTP/1.1, on a connection that carries nothing else meanwhile; one
/// exchange after the other. Renders the request, parses the answer, drops interim answers (RFC
/// 9110 15.2) and knows whether the connection can be kept. Knows nothing of what the answer means.
/// Owned by its user, as a member; lives on the loop's thread.
class Http1Exchange final : public ClientCodec, private UpstreamUser {
public:
    Http1Exchange(Pools& pools, ClientCodecUser& user) : pools_(pools), user_(user) {}
    ~Http1Exchange() override { cancel(); }
    Http1Exchange(const Http1Exchange&) = delete;
    Http1Exchange& operator=(const Http1Exchange&) = delete;

    [[nodiscard]] bool begin(Pool& pool, Pool::Wanted wanted, const RedirectGuard* guard) override;
    [[nodiscard]] bool is_live() const override { return upstream_ != nullptr; }

    void send(const Outgoing& outgoing) override;
    void send_piece(std::string_view bytes) override;
    void send_end() override;
    [[nodiscard]] bool is_sending() const override { return upstream_->sending(); }
    void break_off(const base::Error& error) override { upstream_->tell_later(error); }

    [[nodiscard]] bool is_untouched() const override { return upstream_->reused() && !received_; }
    [[nodiscard]] bool leads_near() const override { return upstream_->leads_near(); }
    [[nodiscard]] std::size_t held_bytes() const override { return carry_.size(); }

    void stream_rest() override;
    [[nodiscard]] http::Result<http::Piece> next_piece() override;

    void finish() override;
    void cancel() override {
        if (upstream_ != nullptr) {
            leave().close();
        }
    }

private:
    void on_open() override { user_.on_open(); }
    void on_readable() override;
    void on_drained() override { user_.on_drained(); }
    void on_broken(const base::Error& error) override;

    void read_on();
    void input_ended();

    // false: the exchange is over, and this may be gone
    [[nodiscard]] bool take(std::string_view input);
    [[nodiscard]] bool take_head(std::string_view input);
    [[nodiscard]] bool drop_interim();
    [[nodiscard]] bool take_first(std::string_view head, std::string_view rest);
    [[nodiscard]] bool lose(const base::Error& error);

    [[nodiscard]] http::Result<http::Piece> piece_from(std::string_view input);
    /// Ready for the next answer to this request.
    void expect_answer();
    [[nodiscard]] Upstream& leave();
    [[nodiscard]] http::Parser& parser() const { return upstream_->parser(); }
    [[nodiscard]] const std::string& authority() const { return pool_->origin().authority; }

    Pools& pools_;
    ClientCodecUser& user_;
    Pool* pool_ = nullptr;
    Upstream* upstream_ = nullptr;
    std::unique_ptr<base::Timer> more_input_;  // goes on reading in the next turn
    std::string head_;                         // of an answer that did not come in one piece
    std::string carry_;                        // of a head that is not whole
    std::string gathered_;                     // body pieces that did not lie side by side
    unsigned interim_answers_ = 0;
    http::Framing::Kind framing_ = http::Framing::Kind::None;  // of the request
    bool to_head_ = false;                                     // the request's method is HEAD
    bool sent_ = false;                                        // the request, to its end
    bool received_ = false;                                    // anything
    bool ragged_ = false;                                      // bytes stood behind the answer
    bool streamed_ = false;
};

}  // namespace aggregator::net
