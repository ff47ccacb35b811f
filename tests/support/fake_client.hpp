#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/base/text.hpp>
#include <aggregator/http/service.hpp>

#include "support/fake_loop.hpp"
#include "support/fake_stream.hpp"

namespace aggregator::testing {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// A request to make.
struct Ask {
    std::string method = "GET";
    std::string target = "/";
    Headers headers = {};
    std::string body = {};
    std::optional<FakeStream::Plan> stream = {};  ///< the body, instead of `body`
    base::Time deadline = {};
};

/// A reply as a client saw it.
struct Reply {
    int status = 0;
    Headers headers = {};
    std::string body = {};
    std::optional<base::Error> error;  ///< of the call, or of the body's stream
    base::Time at{};                   ///< when it was there to the end
    http::AccessRecord record;

    /// The header's value, several joined by `, `; empty if there is none.
    [[nodiscard]] std::string header(std::string_view name) const {
        std::string joined;
        for (const auto& [field, value] : headers) {
            if (base::equal_ignoring_case(field, name)) {
                joined += (joined.empty() ? "" : ", ") + value;
            }
        }
        return joined;
    }
};

/// One client with one request. Scribbles over what the request viewed as soon as call() returned.
class FakeClient {
public:
    explicit FakeClient(base::Loop& loop) : loop_(loop) {}
    FakeClient(const FakeClient&) = delete;
    FakeClient& operator=(const FakeClient&) = delete;
    ~FakeClient() { leave(); }

    void send(http::Service& service, Ask ask) {
        std::vector<http::Field> fields;
        for (const auto& [name, value] : ask.headers) {
            fields.push_back({name, value});
        }
        if (ask.stream) {
            upload_ = std::make_unique<FakeStream>(loop_, *ask.stream, live_uploads_);
        }
        http::Request request;
        request.method = ask.method;
        request.target = ask.target;
        request.host = "gateway.example";
        request.headers = fields;
        request.body = ask.body;
        request.stream = upload_.get();
        request.client = "192.0.2.7";
        request.deadline = ask.deadline;
        request.id = "r-1";
        request.record = &reply_.record;
        call_ =
            service.call(request, [this](http::Result<http::Response> r) { take(std::move(r)); });
        ask.method.assign(ask.method.size(), '#');
        ask.target.assign(ask.target.size(), '#');
        ask.body.assign(ask.body.size(), '#');
        fields.assign(fields.size(), {"#", "#"});
    }

    /// Hangs up, as a server does it: the reply's stream goes, then the call.
    void leave() {
        stream_.reset();
        call_.reset();
        upload_.reset();
    }

    /// How many whole replies there were.
    [[nodiscard]] std::size_t replies() const { return replies_; }
    [[nodiscard]] const Reply& reply() const { return reply_; }
    /// Bytes of a streamed reply so far.
    [[nodiscard]] const std::string& so_far() const { return reply_.body; }
    /// Keeps the call when the reply is there, until leave().
    void linger() { lingers_ = true; }
    /// From now on a streamed reply is not asked for more, until resume().
    void pause() { paused_ = true; }
    void resume() {
        paused_ = false;
        pump();
    }

private:
    void take(http::Result<http::Response> result) {
        if (!result) {
            reply_.error = result.error();
            return finish();
        }
        reply_.status = result->status;
        for (const http::Field& field : result->headers) {
            reply_.headers.emplace_back(field.name, field.value);
        }
        reply_.body = result->body;
        stream_ = std::move(result->stream);
        if (!stream_) {
            return finish();
        }
        stream_->wake_with([this] { pump(); });
        pump();
    }

    void pump() {
        while (stream_ && !paused_) {
            const auto piece = stream_->next();
            if (!piece) {
                reply_.error = piece.error();
                return finish();
            }
            reply_.body += piece->bytes;
            if (piece->state == http::Piece::State::Wait) {
                return;
            }
            if (piece->state == http::Piece::State::End) {
                return finish();
            }
        }
    }

    void finish() {
        ++replies_;
        reply_.at = loop_.now();
        if (!lingers_) {
            leave();
        }
    }

    base::Loop& loop_;
    std::size_t live_uploads_ = 0;
    std::unique_ptr<FakeStream> upload_;
    Reply reply_;
    std::size_t replies_ = 0;
    bool paused_ = false;
    bool lingers_ = false;
    std::unique_ptr<http::Call> call_;
    std::unique_ptr<http::BodyStream> stream_;
};

}  // namespace aggregator::testing
