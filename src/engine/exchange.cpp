#include "engine/exchange.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <aggregator/http/gzip.hpp>
#include <aggregator/http/hops.hpp>

#include "engine/deadline_stream.hpp"
#include "engine/decode.hpp"

namespace aggregator::engine {

namespace {

using base::Code;
using base::Error;
using base::Fault;
using http::Response;
using http::Result;
using plan::Output;

constexpr std::string_view kJson = "application/json; charset=utf-8";
constexpr std::string_view kText = "text/plain; charset=utf-8";
// A longer body is built in memory of its own, so that none of it stays behind.
constexpr std::size_t kKeptBodyMax = 64u << 10;

std::string_view text_of(const Error& error) {
    return error.detail.empty() ? base::row(error.code).name : std::string_view(error.detail);
}

bool is_gzip(const Response& answer) {
    const http::Field* const coding = http::find(answer.headers, "Content-Encoding");
    return coding != nullptr && coding->value == "gzip";
}

Error bad_status(const plan::Backend& backend, int status) {
    std::string detail = "invalid status code " + std::to_string(status);
    detail.append(" [").append(backend.method).append(" ").append(backend.pattern).append("]");
    return {Code::BadStatus, std::move(detail)};
}

}  // namespace

Setting::Setting(Workspace& shared, const plan::Endpoint& endpoint,
                 std::vector<http::Service*> services)
    : workspace(shared), plan(endpoint), backends(std::move(services)) {
    complete_fields = {shared.version_field(), shared.completed_field("true")};
    partial_fields = {shared.version_field(), shared.completed_field("false")};
    if (!endpoint.cache_control.empty()) {
        complete_fields.push_back({"Cache-Control", endpoint.cache_control});
    }
    const http::Field type{"Content-Type", endpoint.output == Output::String ? kText : kJson};
    complete_fields.push_back(type);
    partial_fields.push_back(type);
}

Exchange::Exchange(const Setting& setting, http::Done done)
    : setting_(setting),
      done_(std::move(done)),
      buffers_(setting.workspace.borrow(setting.backends.size())),
      deadline_(setting.workspace.loop(), [this] { finish(); }) {}

Exchange::~Exchange() {
    buffers_->clear(width());
    setting_.workspace.give_back(std::move(buffers_));
}

void Exchange::start(const http::Request& request) {
    began_ = setting_.workspace.loop().now();
    record_ = request.record;
    if (record_ != nullptr) {
        record_->endpoint = setting_.plan.pattern;
        record_->parts.assign(width(), {});
    }
    if (width() > 1 && !hold_body(request)) {
        fail(0, {Code::BodyTooLarge, "the body is above the limit for several backends"});
        deadline_.start({});
        return;
    }
    deadline_.start_at(began_ + setting_.plan.timeout);
    start_calls(request);
}

bool Exchange::hold_body(const http::Request& request) {
    const std::uint64_t bytes_max = setting_.workspace.plan().service.router.max_body_bytes;
    if (request.stream == nullptr) {
        return request.body.size() <= bytes_max;
    }
    if (request.stream->length().value_or(0) > bytes_max) {
        return false;
    }
    tee_.emplace(setting_.workspace.loop(), *request.stream, bytes_max);
    for (std::size_t i = 0; i < width(); ++i) {
        buffers_->progress[i].body = tee_->lagging_reader(bytes_max);
    }
    return true;
}

void Exchange::start_calls(const http::Request& request) {
    const plan::Plan& plan = setting_.workspace.plan();
    plan::Outgoing& outgoing = setting_.workspace.outgoing;
    const plan::Origin origin = plan::origin_of(plan, request);
    waiting_ = width();
    for (std::uint32_t i = 0; i < width(); ++i) {
        Progress& progress = buffers_->progress[i];
        plan::forward(setting_.plan.backends[i], request, origin, outgoing);
        outgoing.request.record = nullptr;
        if (tee_) {
            outgoing.request.stream = progress.body.get();
        }
        progress.call = setting_.backends[i]->call(
            outgoing.request,
            [this, i](Result<Response> answer) { collect(i, std::move(answer)); });
    }
}

void Exchange::collect(std::uint32_t index, Result<Response> answer) {
    --waiting_;
    note(index, answer ? answer->status : 0);
    if (answer && setting_.plan.output == Output::NoOp) {
        return pass_on(std::move(*answer));
    }
    std::string plain;
    Result<void> taken =
        answer ? take(index, *answer, plain) : base::fail(std::move(answer.error()));
    if (taken) {
        buffers_->progress[index].state = State::Answered;
        ++answered_;
    } else {
        fail(index, std::move(taken.error()));
    }
    if (waiting_ == 0 || refused_) {
        return finish();
    }
    // The answer's bytes go when this returns, the reply comes later.
    Part& part = buffers_->parts[index];
    keep(part.members, buffers_->arena);
    part.text = {};
}

Result<void> Exchange::take(std::uint32_t index, const Response& answer, std::string& plain) {
    const plan::Backend& backend = setting_.plan.backends[index];
    Part& part = buffers_->parts[index];
    if (backend.encoding == config::Encoding::NoOp) {
        return decode(backend, {}, part, buffers_->arena);
    }
    if (answer.status != 200 && answer.status != 201) {
        return base::fail(bad_status(backend, answer.status));
    }
    if (answer.stream) {
        return base::fail(Code::Internal, "a streamed answer where a whole one is needed");
    }
    std::string_view body = answer.body;
    if (is_gzip(answer)) {
        auto text = http::gunzip(body, setting_.workspace.plan().service.router.max_answer_bytes);
        if (!text) {
            return base::fail(std::move(text.error()));
        }
        plain = std::move(*text);
        body = plain;
    }
    Result<void> decoded = decode(backend, body, part, buffers_->arena);
    if (decoded) {
        buffers_->shaper.reshape(backend.shape, part, buffers_->arena);
    }
    return decoded;
}

void Exchange::fail(std::uint32_t index, Error error) {
    setting_.workspace.counters().count(error.code);
    if (record_ != nullptr) {
        record_->parts[index].failure = error.code;
    }
    if (!refused_ && base::row(error.code).fault == Fault::Client) {
        refused_ = index;
    }
    buffers_->parts[index].members.clear();
    buffers_->progress[index].error = std::move(error);
    buffers_->progress[index].state = State::Failed;
}

void Exchange::note(std::uint32_t index, int status) {
    if (record_ != nullptr) {
        record_->parts[index].status = status;
        record_->parts[index].took = setting_.workspace.loop().now() - began_;
    }
}

void Exchange::pass_on(Response answer) {
    deadline_.stop();
    Workspace& workspace = setting_.workspace;
    workspace.fields = {workspace.version_field(), workspace.completed_field("false")};
    const bool named = http::names_hops(answer.headers);
    for (const http::Field& field : answer.headers) {
        if (!http::is_hop_by_hop(field.name) &&
            !(named && http::is_named_hop(answer.headers, field.name))) {
            workspace.fields.push_back(field);
        }
    }
    answer.headers = workspace.fields;
    if (answer.stream) {
        answer.stream = std::make_unique<DeadlineStream>(
            workspace.loop(), began_ + setting_.plan.timeout,
            DeadlineStream::Origin{std::move(buffers_->progress[0].call),
                                   std::move(answer.stream)});
    }
    reply(std::move(answer));
}

void Exchange::finish() {
    deadline_.stop();
    cancel_waiting();
    if (refused_ || answered_ == 0) {
        reply_failure();
    } else {
        reply_merged();
    }
}

void Exchange::cancel_waiting() {
    if (waiting_ == 0) {
        return;
    }
    const Error reason = refused_
                             ? buffers_->progress[*refused_].error
                             : Error{Code::Timeout, "no answer before the endpoint's deadline"};
    for (std::uint32_t i = 0; i < width(); ++i) {
        if (buffers_->progress[i].state == State::Waiting) {
            buffers_->progress[i].call.reset();
            note(i, 0);
            fail(i, reason);
        }
    }
}

void Exchange::reply_failure() {
    Workspace& workspace = setting_.workspace;
    const Code code = buffers_->progress[refused_.value_or(0)].error.code;
    if (record_ != nullptr) {
        record_->failure = code;
    }
    Response response;
    response.status = base::row(code).status;
    workspace.fields = {workspace.version_field(), workspace.completed_field("false"),
                        workspace.error_field(code)};
    if (workspace.plan().service.router.return_error_msg) {
        workspace.fields.push_back({"Content-Type", kText});
        workspace.body = failure_text();
        response.body = workspace.body;
    }
    response.headers = workspace.fields;
    reply(std::move(response));
}

std::string Exchange::failure_text() const {
    if (refused_) {
        return std::string(text_of(buffers_->progress[*refused_].error));
    }
    std::string text;
    for (std::size_t i = 0; i < width(); ++i) {
        text.append(i == 0 ? "" : "\n").append(text_of(buffers_->progress[i].error));
    }
    return text;
}

bool Exchange::is_complete() const {
    const auto parts = std::span(buffers_->parts).first(width());
    return answered_ == width() && std::ranges::none_of(parts, &Part::null);
}

void Exchange::reply_merged() {
    const bool complete = is_complete();
    if (record_ != nullptr) {
        record_->completed = complete;
    }
    Members& merged = buffers_->merged;
    const Part& first = buffers_->parts.front();
    merge(std::span(buffers_->parts).first(width()), merged);
    Response response;
    response.headers = complete ? setting_.complete_fields : setting_.partial_fields;
    const bool json = setting_.plan.output == Output::Json;
    std::string own;
    if (json && width() == 1 && first.null) {
        response.body = "null";
    } else if (json && width() == 1 && !first.text.empty() &&
               merged.size() == first.members.size()) {
        response.body = first.text;  // nothing was changed: it goes out as it came
    } else {
        std::string& body = object_size(merged) > kKeptBodyMax ? own : setting_.workspace.body;
        body.clear();
        render(setting_.plan.output, merged, body);
        response.body = body;
    }
    reply(std::move(response));
}

void Exchange::reply(Response response) {
    // Whoever gets the reply may destroy this exchange.
    const http::Done done = std::move(done_);
    done(std::move(response));
}

}  // namespace aggregator::engine
