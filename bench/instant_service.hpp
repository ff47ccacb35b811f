#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/base/loop.hpp>
#include <aggregator/http/service.hpp>

namespace aggregator::bench {

/// A backend that costs next to nothing: answers every request with one constant body, in the
/// loop's next turn.
class InstantService final : public http::Service {
public:
    enum class Answer : std::uint8_t { Whole, Stream };

    InstantService(base::Loop& loop, std::string_view body, Answer answer)
        : loop_(loop), body_(body), answer_(answer) {}

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request&, http::Done done) override {
        auto call = std::make_unique<Waiting>(*this, std::move(done));
        if (waiting_.empty()) {
            loop_.post([this] { answer_all(); });
        }
        waiting_.push_back(call.get());
        return call;
    }

private:
    class Waiting final : public http::Call {
    public:
        Waiting(InstantService& service, http::Done done)
            : service_(service), slot_(service.waiting_.size()), done_(std::move(done)) {}
        ~Waiting() override {
            if (done_) {
                service_.waiting_[slot_] = nullptr;
            }
        }
        void answer(http::Response response) {
            const http::Done done = std::exchange(done_, nullptr);
            done(std::move(response));
        }

    private:
        InstantService& service_;
        std::size_t slot_;
        http::Done done_;
    };

    class OnePiece final : public http::BodyStream {
    public:
        explicit OnePiece(std::string_view body) : body_(body) {}
        [[nodiscard]] http::Result<http::Piece> next() override {
            return http::Piece{body_, http::Piece::State::End};
        }
        void wake_with(std::function<void()>) override {}
        [[nodiscard]] std::optional<std::uint64_t> length() const override { return body_.size(); }

    private:
        std::string_view body_;
    };

    [[nodiscard]] http::Response response() const {
        static constexpr http::Field kFields[] = {{"Server", "nginx/1.22.1"},
                                                  {"Date", "Thu, 01 Jan 2026 12:00:00 GMT"},
                                                  {"Content-Type", "application/json"}};
        http::Response response;
        response.headers = kFields;
        if (answer_ == Answer::Stream) {
            response.stream = std::make_unique<OnePiece>(body_);
        } else {
            response.body = body_;
        }
        return response;
    }

    void answer_all() {
        for (std::size_t i = 0; i < waiting_.size(); ++i) {
            if (Waiting* const waiting = waiting_[i]) {
                waiting->answer(response());
            }
        }
        waiting_.clear();
    }

    base::Loop& loop_;
    std::string_view body_;
    Answer answer_;
    std::vector<Waiting*> waiting_;
};

}  // namespace aggregator::bench
