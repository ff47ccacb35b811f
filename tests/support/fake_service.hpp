#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/base/loop.hpp>
#include <aggregator/http/service.hpp>

#include "support/fake_client.hpp"
#include "support/fake_stream.hpp"

namespace aggregator::testing {

/// What a fake backend does with one request.
struct Script {
    int status = 200;
    Headers headers = {};
    std::string body = {};
    std::vector<std::string> pieces =
        {};  ///< not empty: the body is a stream of these, one each `piece_every`
    base::Duration piece_every{};
    std::optional<base::Error> failure = {};  ///< instead of an answer
    base::Duration delay{};
    bool hangs = false;      ///< never answers
    bool reads_body = true;  ///< a streamed request body is read to its end before the delay begins
    bool starts_in_call = false;   ///< reads within call(), as over a connection that was kept
    base::Duration start_after{};  ///< else this long after, as when it has to connect first
};

/// A request as a backend saw it.
struct Seen {
    std::string method;
    std::string target;
    std::string host = {};
    Headers headers = {};
    std::string body = {};
    bool body_complete = false;
    std::optional<base::Code> body_failure;
};

/// A backend that answers by script: the n-th request by the n-th script, the last one again and
/// again. Keeps what it was sent and counts the calls that live.
class FakeService final : public http::Service {
public:
    explicit FakeService(base::Loop& loop) : loop_(loop) {}
    FakeService(base::Loop& loop, Script script) : loop_(loop) {
        scripts.push_back(std::move(script));
    }

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

    std::vector<Script> scripts;
    std::function<Script(const http::Request&)> decide;  ///< instead of `scripts`, if it is there
    std::vector<Seen> seen;
    std::size_t live_calls = 0;
    std::size_t live_streams = 0;

private:
    class FakeCall;

    [[nodiscard]] Script script_for(const http::Request& request) const {
        return decide ? decide(request) : scripts.at(std::min(seen.size(), scripts.size() - 1));
    }

    base::Loop& loop_;
};

/// One call: reads the request's body, waits, answers.
class FakeService::FakeCall final : public http::Call {
public:
    FakeCall(FakeService& service, const http::Request& request, http::Done done)
        : service_(service),
          place_(service.seen.size()),
          script_(service.script_for(request)),
          stream_(script_.reads_body ? request.stream : nullptr),
          done_(std::move(done)),
          timer_(service.loop_, [this] { step(); }) {
        ++service.live_calls;
        remember(request);
        if (stream_ != nullptr) {
            stream_->wake_with([this] {
                if (started_) {
                    read();
                }
            });
        }
        timer_.start(stream_ != nullptr ? script_.start_after : script_.delay);
        if (stream_ != nullptr && script_.starts_in_call) {
            timer_.stop();
            started_ = true;
            read();
        }
        in_call_ = false;
    }
    ~FakeCall() override {
        --service_.live_calls;
        *lives_ = false;
        if (stream_ != nullptr) {
            stream_->wake_with({});
        }
    }

private:
    [[nodiscard]] Seen& seen() { return service_.seen[place_]; }

    void remember(const http::Request& request) {
        Seen seen;
        seen.method = request.method;
        seen.target = request.target;
        seen.host = request.host;
        for (const http::Field& field : request.headers) {
            seen.headers.emplace_back(field.name, field.value);
        }
        seen.body = request.body;
        seen.body_complete = request.stream == nullptr;
        service_.seen.push_back(std::move(seen));
    }

    void step() {
        if (body_failure_) {
            finish(base::fail(*body_failure_));
        } else if (stream_ != nullptr) {
            started_ = true;
            read();
        } else {
            answer();
        }
    }

    void read() {
        while (stream_ != nullptr) {
            const auto piece = stream_->next();
            if (!piece) {
                stream_ = nullptr;
                seen().body_failure = piece.error().code;
                body_failure_ = piece.error();
                return in_call_ ? timer_.start({}) : finish(base::fail(*body_failure_));
            }
            seen().body += piece->bytes;
            if (piece->state == http::Piece::State::Wait) {
                return;
            }
            if (piece->state == http::Piece::State::End) {
                seen().body_complete = true;
                stream_->wake_with({});
                stream_ = nullptr;
                timer_.start(script_.delay);
            }
        }
    }

    void answer() {
        if (script_.hangs) {
            return;
        }
        if (script_.failure && script_.pieces.empty()) {
            return finish(base::fail(*script_.failure));
        }
        // Everything a response views lives on this stack, and is scribbled over when Done has
        // returned.
        Script answered = script_;
        std::vector<http::Field> fields;
        for (const auto& [name, value] : answered.headers) {
            fields.push_back({name, value});
        }
        http::Response response;
        response.status = answered.status;
        response.headers = fields;
        response.body = answered.body;
        if (!answered.pieces.empty()) {
            response.stream = std::make_unique<FakeStream>(
                service_.loop_,
                FakeStream::Plan{
                    answered.pieces, answered.piece_every, {}, answered.failure, lives_},
                service_.live_streams);
        }
        finish(std::move(response));
        answered.body.assign(answered.body.size(), '#');
        for (auto& [name, value] : answered.headers) {
            value.assign(value.size(), '#');
        }
    }

    void finish(http::Result<http::Response> outcome) {
        const http::Done done = std::move(done_);
        done(std::move(outcome));
    }

    FakeService& service_;
    std::size_t place_;
    Script script_;
    http::BodyStream* stream_;
    http::Done done_;
    std::shared_ptr<bool> lives_ = std::make_shared<bool>(true);
    std::optional<base::Error> body_failure_;
    bool in_call_ = true;
    bool started_ = false;
    base::Timer timer_;
};

inline std::unique_ptr<http::Call> FakeService::call(const http::Request& request,
                                                     http::Done done) {
    return std::make_unique<FakeCall>(*this, request, std::move(done));
}

}  // namespace aggregator::testing
