#include "admin/reply.hpp"

#include <iterator>

#include <aggregator/json/writer.hpp>

namespace aggregator::admin {

namespace {

struct Row {
    ProblemKind kind;
    int status;
    std::string_view name;
    std::string_view title;
};

constexpr Row kRows[] = {
    {ProblemKind::BadRequest, 400, "bad-request", "The request cannot be understood"},
    {ProblemKind::BadBody, 400, "bad-body", "The body is not what is expected here"},
    {ProblemKind::Unauthorized, 401, "unauthorized", "The token is missing or wrong"},
    {ProblemKind::Forbidden, 403, "forbidden", "The request may come from a foreign page"},
    {ProblemKind::NotFound, 404, "not-found", "There is nothing of that name"},
    {ProblemKind::MethodNotAllowed, 405, "method-not-allowed", "The method is not served here"},
    {ProblemKind::RequestTimeout, 408, "request-timeout", "The body did not come in time"},
    {ProblemKind::Conflict, 409, "conflict", "The configuration stands against it"},
    {ProblemKind::PreconditionFailed, 412, "precondition-failed", "It was changed meanwhile"},
    {ProblemKind::BodyTooLarge, 413, "body-too-large", "The body is too long"},
    {ProblemKind::UnsupportedMediaType, 415, "unsupported-media-type", "The body has another type"},
    {ProblemKind::TooManyRequests, 429, "too-many-requests", "Too many wrong tokens"},
    {ProblemKind::StateNotWritten, 500, "state-not-written", "The change could not be stored"},
    {ProblemKind::NotReady, 503, "not-ready", "The gateway does not answer yet"},
};

const Row& row_of(ProblemKind kind) { return kRows[static_cast<std::size_t>(kind)]; }

static_assert(std::size(kRows) == static_cast<std::size_t>(ProblemKind::NotReady) + 1);

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

Reply problem(ProblemKind kind, std::string_view detail, std::string_view instance,
              const std::vector<Fault>& faults) {
    const Row& row = row_of(kind);
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

ProblemKind trouble_of(base::Code code) {
    switch (code) {
        case base::Code::BodyTooLarge:
            return ProblemKind::BodyTooLarge;
        case base::Code::RequestTimeout:
            return ProblemKind::RequestTimeout;
        default:
            return ProblemKind::BadRequest;
    }
}

void give_unstored(Reply reply, const http::Done& done) {
    // What is told here is of this moment and of nobody else's concern.
    reply.add({"Cache-Control", "no-store"});
    reply.add({"X-Content-Type-Options", "nosniff"});
    http::give(reply, done);
}

}  // namespace aggregator::admin
