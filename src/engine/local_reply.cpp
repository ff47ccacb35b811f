#include "engine/local_reply.hpp"

namespace aggregator::engine {

namespace {

class AnsweredCall final : public http::Call {
public:
    AnsweredCall(base::Loop& loop, LocalReply reply, http::Done done)
        : reply_(std::move(reply)), done_(std::move(done)), timer_(loop, [this] { finish(); }) {
        timer_.start({});
    }

private:
    void finish() {
        // Whoever gets the reply may destroy this call.
        const LocalReply reply = std::move(reply_);
        const http::Done done = std::move(done_);
        std::vector<http::Field> fields;
        for (const auto& [name, value] : reply.headers) {
            fields.push_back({name, value});
        }
        http::Response response;
        response.status = reply.status;
        response.headers = fields;
        response.body = reply.body;
        done(std::move(response));
    }

    LocalReply reply_;
    http::Done done_;
    base::Timer timer_;
};

}  // namespace

std::unique_ptr<http::Call> answer_later(base::Loop& loop, LocalReply reply, http::Done done) {
    return std::make_unique<AnsweredCall>(loop, std::move(reply), std::move(done));
}

}  // namespace aggregator::engine
