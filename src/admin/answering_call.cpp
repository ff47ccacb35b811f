#include "admin/answering_call.hpp"

#include <utility>

namespace aggregator::admin {

namespace {

http::Request without_body(http::Request request) {
    request.body = {};
    request.stream = nullptr;
    return request;
}

std::string_view detail_of(const base::Error& error) {
    switch (error.code) {
        case base::Code::BodyTooLarge:
            return "a body has at most 64 KiB here";
        case base::Code::RequestTimeout:
            return "the body did not come within ten seconds";
        default:
            return error.detail;
    }
}

}  // namespace

AnsweringCall::AnsweringCall(base::Loop& loop, const http::Request& request, Start start,
                             http::Done done)
    : asked_(std::move(start.asked)),
      work_(std::move(start.work)),
      open_(std::make_shared<Open>(Open{std::move(done)})),
      patience_(loop,
                [this] {
                    refuse(ProblemKind::NotReady, "the workers did not answer within ten seconds");
                }),
      collect_(loop, start.wants_body ? request : without_body(request),
               {.bytes_max = kBodyBytesMax, .patience = kPatience},
               [this](auto body) { collected(std::move(body)); }) {}

AnsweringCall::~AnsweringCall() { open_->done = {}; }

void AnsweringCall::collected(http::Result<std::string> body) {
    if (!body) {
        return refuse(trouble_of(body.error().code), detail_of(body.error()));
    }
    patience_.start(kPatience);
    asked_.body = std::move(*body);
    // An answer may destroy this call at once.
    const Work work = std::move(work_);
    const Asked asked = asked_;
    work(asked, [open = open_](const Reply& reply) {
        if (const http::Done done = std::exchange(open->done, {})) {
            give_unstored(reply, done);
        }
    });
}

void AnsweringCall::refuse(ProblemKind kind, std::string_view detail) const {
    const Reply reply = problem(kind, detail, asked_.path);
    if (const http::Done done = std::exchange(open_->done, {})) {
        give_unstored(reply, done);
    }
}

}  // namespace aggregator::admin
