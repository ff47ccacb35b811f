#include "admin/reply.hpp"

#include <iterator>

#include <aggregator/json/writer.hpp>

namespace aggregator::admin {

namespace {

struct Row {
    Trouble trouble;
    int status;
    std::string_view name;
    std::string_view title;
};

constexpr Row kRows[] = {
    {Trouble::BadRequest, 400, "bad-request", "The request cannot be understood"},
    {Trouble::BadBody, 400, "bad-body", "The body is not what is expected here"},
    {Trouble::Unauthorized, 401, "unauthorized", "The token is missing or wrong"},
    {Trouble::Forbidden, 403, "forbidden", "The request may come from a foreign page"},
    {Trouble::NotFound, 404, "not-found", "There is nothing of that name"},
    {Trouble::MethodNotAllowed, 405, "method-not-allowed", "The method is not served here"},
    {Trouble::RequestTimeout, 408, "request-timeout", "The body did not come in time"},
    {Trouble::Conflict, 409, "conflict", "The configuration stands against it"},
    {Trouble::PreconditionFailed, 412, "precondition-failed", "It was changed meanwhile"},
    {Trouble::BodyTooLarge, 413, "body-too-large", "The body is too long"},
    {Trouble::UnsupportedMediaType, 415, "unsupported-media-type", "The body has another type"},
    {Trouble::TooManyRequests, 429, "too-many-requests", "Too many wrong tokens"},
    {Trouble::StateNotWritten, 500, "state-not-written", "The change could not be stored"},
    {Trouble::NotReady, 503, "not-ready", "The gateway does not answer yet"},
};

const Row& row_of(Trouble trouble) { return kRows[static_cast<std::size_t>(trouble)]; }

static_assert(std::size(kRows) == static_cast<std::size_t>(Trouble::NotReady) + 1);

void append_faults(json::Writer& out, const std::vector<Fault>& faults) {
    out.key("errors").array();
    for (const Fault& fault : faults) {
        out.object().member("pointer", fault.pointer).member("detail", fault.detail);
        if (!fault.hint.empty()) {
            out.member("hint", fault.hint);
        }
        out.end();
    }
    out.end();
}

}  // namespace

Reply json_reply(int status, std::string body) {
    return http::local_reply(status, "application/json", std::move(body));
}

Reply problem(Trouble trouble, std::string_view detail, std::string_view instance,
              const std::vector<Fault>& faults) {
    const Row& row = row_of(trouble);
    json::Writer out;
    out.object()
        .member("type", "urn:aggregator:problem:" + std::string(row.name))
        .member("title", row.title)
        .count("status", static_cast<std::uint64_t>(row.status))
        .member("detail", detail)
        .member("instance", instance);
    if (!faults.empty()) {
        append_faults(out, faults);
    }
    out.end();
    return http::local_reply(row.status, "application/problem+json", std::move(out).take());
}

Trouble trouble_of(base::Code code) {
    switch (code) {
        case base::Code::BodyTooLarge:
            return Trouble::BodyTooLarge;
        case base::Code::RequestTimeout:
            return Trouble::RequestTimeout;
        default:
            return Trouble::BadRequest;
    }
}

void give_unstored(Reply reply, const http::Done& done) {
    // What is told here is of this moment and of nobody else's concern.
    reply.add({"Cache-Control", "no-store"});
    reply.add({"X-Content-Type-Options", "nosniff"});
    http::give(reply, done);
}

}  // namespace aggregator::admin
