#include <aggregator/http/local_reply.hpp>

namespace aggregator::http {

namespace {

class AnsweredCall final : public Call {
public:
    AnsweredCall(base::Loop& loop, LocalReply reply, Done done)
        : reply_(std::move(reply)), done_(std::move(done)), timer_(loop, [this] { finish(); }) {
        timer_.start({});
    }

private:
    void finish() {
        // Whoever gets the reply may destroy this call.
        const LocalReply reply = std::move(reply_);
        const Done done = std::move(done_);
        give(reply, done);
    }

    LocalReply reply_;
    Done done_;
    base::Timer timer_;
};

}  // namespace

LocalReply local_reply(int status, std::string_view type, std::string body) {
    LocalReply reply{.status = status, .body = std::move(body)};
    reply.add({"Content-Type", type});
    return reply;
}

LocalReply refusal(const ErrorStyle& style, Code code, std::string text, std::string_view id) {
    const int status = status_of(style, code);
    ErrorBody body{"text/plain; charset=utf-8", {}};
    if (style.format == ErrorStyle::Format::Empty) {
        body.text = std::move(text);
    } else {
        body =
            error_body(style, {.code = code, .status = status, .detail = text, .request_id = id});
    }
    LocalReply reply{.status = status};
    if (!body.text.empty()) {
        reply = local_reply(status, body.type, std::move(body.text));
    }
    reply.add({style.header, base::row(code).name});
    for (const Field& field : cautions(status)) {
        reply.add(field);
    }
    return reply;
}

void give(const LocalReply& reply, const Done& done) {
    std::vector<Field> fields;
    fields.reserve(reply.headers.size());
    for (const auto& [name, value] : reply.headers) {
        fields.push_back({name, value});
    }
    Response response;
    response.status = reply.status;
    response.headers = fields;
    response.body = reply.body;
    done(std::move(response));
}

std::unique_ptr<Call> answer_later(base::Loop& loop, LocalReply reply, Done done) {
    return std::make_unique<AnsweredCall>(loop, std::move(reply), std::move(done));
}

}  // namespace aggregator::http
