#include "wire/relay.hpp"

#include <utility>

#include <aggregator/http/hops.hpp>

namespace aggregator::wire {

using base::Code;
using Mode = RequestSpec::Mode;

namespace {

bool is_end_to_end(const http::Field& field) {
    return !http::is_hop_by_hop(field.name) && field.name != "Host" &&
           field.name != "Content-Length" && field.name != "Expect";
}

std::vector<http::Field> end_to_end(http::Fields fields) {
    std::vector<http::Field> kept;
    for (const http::Field& field : fields) {
        if (is_end_to_end(field)) {
            kept.push_back(field);
        }
    }
    return kept;
}

}  // namespace

/// A request that is passed on.
class Relay::Passing : public http::Call {
public:
    Passing(Relay& relay, http::Done done)
        : relay_(relay), done_(std::move(done)), deadline_(relay.loop_, [this] {
              give_up({Code::Timeout, "too late"});
          }) {
        ++relay_.alive;
        deadline_.start(relay_.deadline_);
    }
    ~Passing() override { --relay_.alive; }

    void start(http::Service& client, const http::Request& request, Mode mode) {
        const std::vector<http::Field> fields = end_to_end(request.headers);
        http::Request onward = request;
        onward.target = request.target.substr(2);
        onward.host = {};
        onward.headers = fields;
        onward.deadline = relay_.loop_.now() + relay_.deadline_;
        mode_ = mode;
        call_ = client.call(onward, [this](auto answer) { take(std::move(answer)); });
    }

private:
    void give_up(const base::Error& error) {
        call_.reset();
        const http::Done done = std::move(done_);
        done(base::fail(error));
    }

    void take(http::Result<http::Response> answer) {
        deadline_.stop();
        const http::Done done = std::move(done_);
        if (!answer) {
            return done(base::fail(answer.error()));
        }
        if (answer->cut) {
            return done(base::fail(*answer->cut));
        }
        const std::vector<http::Field> fields = end_to_end(answer->headers);
        http::Response reply;
        reply.status = answer->status;
        reply.headers = fields;
        reply.body = answer->body;
        reply.stream = std::move(answer->stream);
        const std::string dropped = std::to_string(answer->dropped_bytes);
        if (mode_ == Mode::Discard) {
            reply.status = 200;
            reply.body = dropped;
        }
        done(std::move(reply));
    }

    Relay& relay_;
    http::Done done_;
    Mode mode_ = Mode::Stream;
    base::Timer deadline_;
    std::unique_ptr<http::Call> call_;
};

/// A request that is answered here, with a text of its own or with its own body.
class Relay::Local : public http::Call {
public:
    Local(Relay& relay, const http::Request& request, const RequestSpec& spec, http::Done done)
        : relay_(relay),
          spec_(spec),
          done_(std::move(done)),
          text_(spec.mode == Mode::Local ? stamped(spec.token, 'r', spec.answer.size)
                                         : std::string(request.body)),
          stream_(spec.mode == Mode::Echo ? request.stream : nullptr),
          timer_(relay.loop_, [this] { go_on(); }) {
        ++relay_.alive;
        timer_.start(spec.answer.delay);
        if (stream_ != nullptr) {
            stream_->wake_with([this] { go_on(); });
        }
    }
    ~Local() override {
        --relay_.alive;
        if (stream_ != nullptr) {
            stream_->wake_with(nullptr);
        }
    }

private:
    void go_on() {
        while (stream_ != nullptr) {
            const auto piece = stream_->next();
            if (!piece) {
                stream_ = nullptr;
                const http::Done done = std::move(done_);
                return done(base::fail(piece.error()));
            }
            text_.append(piece->bytes);
            if (piece->state == http::Piece::State::Wait) {
                return;
            }
            if (piece->state == http::Piece::State::End) {
                std::exchange(stream_, nullptr)->wake_with(nullptr);
            }
        }
        timer_.stop();
        const http::Field field{"X-Token", spec_.token};
        http::Response reply;
        reply.status = spec_.mode == Mode::Local ? spec_.answer.status : 200;
        reply.headers = {&field, 1};
        reply.body = text_;
        const http::Done done = std::move(done_);
        done(std::move(reply));
    }

    Relay& relay_;
    const RequestSpec& spec_;
    http::Done done_;
    std::string text_;
    http::BodyStream* stream_;
    base::Timer timer_;
};

std::unique_ptr<http::Call> Relay::call(const http::Request& request, http::Done done) {
    const RequestSpec* const spec = find(request.target);
    if (spec == nullptr) {
        return http::fail_later(loop_, {Code::NotFound, "no such token"}, std::move(done));
    }
    ++asked[spec->token];
    if (!spec->relayed()) {
        return std::make_unique<Local>(*this, request, *spec, std::move(done));
    }
    auto passing = std::make_unique<Passing>(*this, std::move(done));
    http::Service& client = spec->mode == Mode::Stream  ? clients_.stream
                            : spec->mode == Mode::Whole ? clients_.whole
                                                        : clients_.discard;
    passing->start(client, request, spec->mode);
    return passing;
}

}  // namespace aggregator::wire
