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
        give(reply, done);
    }

    LocalReply reply_;
    http::Done done_;
    base::Timer timer_;
};

}  // namespace

LocalReply refusal(Workspace& workspace, http::AccessRecord* record, base::Code code,
                   std::string text) {
    workspace.counters().count(code);
    if (record != nullptr) {
        record->failure = code;
    }
    LocalReply reply;
    reply.status = base::row(code).status;
    reply.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    reply.add(workspace.error_field(code));
    reply.body = std::move(text);
    return reply;
}

void give(const LocalReply& reply, const http::Done& done) {
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

std::unique_ptr<http::Call> answer_later(base::Loop& loop, LocalReply reply, http::Done done) {
    return std::make_unique<AnsweredCall>(loop, std::move(reply), std::move(done));
}

}  // namespace aggregator::engine
