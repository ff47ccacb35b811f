#include "engine/exchange.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace aggregator::engine {

namespace {

using base::Code;
using base::Error;
using base::Fault;
using http::Response;
using http::Result;
using plan::Output;

// Less than this is not worth the counting.
constexpr std::size_t kUncountedMax = 64u << 10;

/// Logs what to write for a backend whose answers have another shape; once for each backend.
void remark_shape(const Setting& setting, std::uint32_t index, const Error& error) {
    const Workspace& workspace = setting.workspace;
    const plan::Backend& backend = setting.plan.backends[index];
    if (workspace.log() == nullptr || workspace.remarks == nullptr ||
        !workspace.remarks->first_about(&backend)) {
        return;
    }
    const std::string endpoint = setting.plan.method + ' ' + setting.plan.pattern;
    workspace.log()->write(
        base::LogLevel::Warning, "a backend's answer has another shape than configured",
        {{"endpoint", endpoint},
         {"backend", backend.pattern},
         {"detail", error.detail},
         {"hint", backend.is_collection
                      ? "remove `is_collection` from the backend"
                      : "for a list write \"is_collection\": true into the backend; "
                        "\"encoding\": \"safejson\" takes any JSON value"}});
}

}  // namespace

Exchange::Exchange(const Setting& setting, http::Done done)
    : Holding(setting.workspace.loop().held()),
      setting_(setting),
      done_(std::move(done)),
      buffers_(setting.workspace.borrow(setting.backends.size())),
      deadline_(setting.workspace.loop(), [this] { finish(); }) {}

Exchange::~Exchange() {
    buffers_->clear(width());
    setting_.workspace.give_back(std::move(buffers_));
}

void Exchange::start(const http::Request& request) {
    const base::Time now = setting_.workspace.loop().now();
    ends_ = now + setting_.plan.timeout;
    if (request.deadline != base::Time{}) {
        ends_ = std::min(ends_, request.deadline);  // it has waited for something else before
    }
    head_ = &setting_.head_for(request);
    record_ = request.record;
    id_ = request.id;
    if (record_ != nullptr) {
        record_->endpoint = setting_.plan.pattern;
        record_->number = setting_.plan.number;
        record_->parts.assign(width(), {});
    }
    if (!setting_.plan.bodies.takes(request)) {
        fail_whole({Code::BodyTooLarge, "the body is above the limit of those that are held"});
        deadline_.start({});
        return;
    }
    deadline_.start_at(ends_);
    if (ends_ <= now) {
        for (std::uint32_t i = 0; i < width(); ++i) {
            fail(i, {Code::Timeout, "the endpoint's time was over before it could be asked"});
        }
        return;
    }
    share_body(request);
    if (setting_.plan.sequential) {
        buffers_->request.keep(request);
        note_held();
        ask_next(0);
    } else {
        ask_all(request);
    }
}

void Exchange::share_body(const http::Request& request) {
    if (request.stream == nullptr || width() == 1) {
        return;
    }
    const std::uint64_t bytes_max = setting_.plan.bodies.streamed_max;
    tee_.emplace(setting_.workspace.loop(), *request.stream, bytes_max);
    for (std::size_t i = 0; i < width(); ++i) {
        buffers_->progress[i].body = tee_->lagging_reader({.lag_bytes_max = bytes_max});
    }
}

void Exchange::ask_all(const http::Request& request) {
    const plan::ClientFacts origin = plan::client_facts_of(setting_.workspace.plan(), request);
    for (std::uint32_t i = 0; i < width(); ++i) {
        ask(i, request, origin);
    }
}

void Exchange::ask_next(std::uint32_t index) {
    const plan::Backend& backend = setting_.plan.backends[index];
    const auto before = parts().first(index);
    WorkBudget work(setting_.workspace.plan().service.router.max_answer_work);
    const Resources with{buffers_->arena, work};
    auto late = late_values(backend.late, before, buffers_->late, with);
    http::Follower* const follower = buffers_->request.request().follower;
    if (follower != nullptr) {
        // Remembered apart: what a follower asks for must not decide what a later backend gets.
        const auto more = late_values(backend.follower_late, before, buffers_->follower_late, with);
        late.insert(late.end(), more.begin(), more.end());
    }
    if (work.exceeded()) {
        fail(index, work.error());
        return finish();
    }
    const http::Request& request = buffers_->request.with(late);
    if (!backend.late.empty() && backend.target.climbs(request.params)) {
        fail(index,
             {Code::BadPlaceholder, "a value makes a dot segment of the url_pattern's path"});
        return finish();
    }
    ask(index, request, plan::client_facts_of(setting_.workspace.plan(), request));
    if (follower != nullptr) {
        follower->on_step(index, request);
    }
}

void Exchange::ask(std::uint32_t index, const http::Request& request,
                   const plan::ClientFacts& origin) {
    plan::Outgoing& outgoing = setting_.workspace.outgoing;
    Progress& progress = buffers_->progress[index];
    plan::forward(setting_.plan.backends[index], request, origin, outgoing);
    undoes_gzip_ = outgoing.added_gzip;
    outgoing.request.record = nullptr;
    outgoing.request.follower = nullptr;
    outgoing.request.asked = record_ == nullptr ? nullptr : &record_->parts[index].at;
    outgoing.request.deadline = ends_;
    if (tee_) {
        outgoing.request.stream = progress.body.get();
    }
    progress.asked_at = setting_.workspace.loop().now();
    if (record_ != nullptr) {
        record_->parts[index].asked = true;
    }
    ++waiting_;
    progress.state = State::Waiting;
    progress.call = setting_.backends[index]->call(
        outgoing.request,
        [this, index](Result<Response> answer) { collect(index, std::move(answer)); });
}

void Exchange::collect(std::uint32_t index, Result<Response> answer) {
    --waiting_;
    note(index, answer ? answer->status : 0);
    if (answer && setting_.plan.output == Output::NoOp) {
        return pass_on(std::move(*answer));
    }
    std::string plain;
    const bool came = answer.has_value();
    Result<void> taken =
        answer ? take(index, *answer, plain) : base::fail(std::move(answer.error()));
    if (taken) {
        buffers_->progress[index].state = State::Answered;
        ++answered_;
    } else {
        const Code code = taken.error().code;
        if (came && code != Code::BadStatus && base::row(code).fault == Fault::Backend) {
            buffers_->progress[index].call->reject_answer();
        }
        fail(index, std::move(taken.error()));
    }
    if (!goes_on(index)) {
        return finish();
    }
    // The answer's bytes go when this returns, the reply comes later.
    Part& part = buffers_->parts[index];
    keep(part.members, buffers_->arena);
    part.text = {};
    refusal_bytes_ += buffers_->progress[index].refusal.body.size();
    note_held();
    // Its body too: what no other call has read would be held for it until the reply.
    buffers_->progress[index].call.reset();
    buffers_->progress[index].body.reset();
    if (setting_.plan.sequential) {
        ask_next(index + 1);
    }
}

Result<void> Exchange::take(std::uint32_t index, const Response& answer, std::string& plain) {
    WorkBudget work(setting_.workspace.plan().service.router.max_answer_work);
    const Reading reading{.part = buffers_->parts[index],
                          .refusal = buffers_->progress[index].refusal,
                          .shaper = setting_.workspace.tools().shaper,
                          .resources = {buffers_->arena, work},
                          .plain = plain,
                          .bytes_max = setting_.workspace.plan().service.router.max_answer_bytes};
    return read_answer(setting_.plan.backends[index], answer, reading);
}

bool Exchange::goes_on(std::uint32_t index) const {
    if (refused_) {
        return false;
    }
    if (!setting_.plan.sequential) {
        return waiting_ > 0;
    }
    const bool good = buffers_->progress[index].state == State::Answered;
    return good && !buffers_->parts[index].incomplete && index + 1 < width();
}

void Exchange::fail(std::uint32_t index, Error error) {
    if (error.code == Code::WrongShape) {
        remark_shape(setting_, index, error);
    }
    setting_.workspace.counters().count(error.code);
    failed_ = true;
    if (record_ != nullptr) {
        record_->parts[index].failure = error.code;
    }
    if (!refused_ && base::row(error.code).fault == Fault::Client) {
        refused_ = index;
    }
    buffers_->parts[index].clear();
    buffers_->progress[index].error = std::move(error);
    buffers_->progress[index].state = State::Failed;
}

void Exchange::fail_whole(Error error) {
    setting_.workspace.counters().count(error.code);
    whole_ = std::move(error);
}

void Exchange::note(std::uint32_t index, int status) {
    if (record_ != nullptr) {
        record_->parts[index].status = status;
        record_->parts[index].took =
            setting_.workspace.loop().now() - buffers_->progress[index].asked_at;
    }
}

void Exchange::finish() {
    deadline_.stop();
    cancel_waiting();
    const auto& fixed = setting_.plan.fixed;
    const bool covered = fixed && applies(fixed->strategy, outcome());
    if (whole_ || refused_ || (answered_ == 0 && !covered)) {
        reply_failure();
    } else {
        reply_merged();
    }
}

void Exchange::note_held() {
    const std::size_t bytes = buffers_->arena.bytes() + refusal_bytes_ + buffers_->request.bytes();
    if (bytes > kUncountedMax) {
        hold(base::HeldKind::Body, bytes);
    }
}

void Exchange::give_up(base::HeldKind) {
    fail_whole({Code::MemoryFull, "the memory for answers that wait for others is used up"});
    finish();
}

void Exchange::cancel_waiting() {
    if (waiting_ == 0) {
        return;
    }
    const Error reason = whole_ ? *whole_
                         : refused_
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

}  // namespace aggregator::engine
