#include "shadow/mirrored_call.hpp"

#include <algorithm>
#include <utility>

#include "shadow/trace.hpp"

namespace aggregator::shadow {

namespace {

bool wants_body(const Shadow& shadow) { return shadow.rules().config.request.body; }

}  // namespace

Mirror::MirroredCall::MirroredCall(Mirror& mirror, http::Done done)
    : Holding(mirror.context_.loop.held()),
      mirror_(mirror),
      done_(std::move(done)),
      began_(mirror.context_.loop.now()),
      limit_(mirror.context_.loop, [this] { pass_on(); }) {}

Mirror::MirroredCall::~MirroredCall() {
    if (waiters_) {
        waiters_->over = nullptr;
    }
}

void Mirror::MirroredCall::start(const http::Request& request) {
    admit_all(request);
    if (!now_.empty() || !later_.empty()) {
        reply_ = mirror_.live_reply();
        done_ = LiveReply::told_by(reply_, std::move(done_));
    }
    http::Request live = request;
    if (request.stream != nullptr) {
        tee_body(request);
        live.stream = live_body_ ? live_body_.get() : request.stream;
    }
    live.follower = later_.empty() ? nullptr : this;
    live_ = mirror_.live_.call(live, [this](auto answer) { answered(std::move(answer)); });
    for (Place& place : now_) {
        copy(place, request);
    }
    now_.clear();
}

void Mirror::MirroredCall::admit_all(const http::Request& request) {
    for (const auto& shadow : mirror_.shadows_) {
        if (shadow->backend().follows) {
            later_.push_back({.shadow = shadow.get()});
        } else if (const auto verdict = shadow->admit(request)) {
            now_.push_back({.shadow = shadow.get(), .verdict = *verdict});
        }
        if (shadow->rules().config.wait && !waiters_) {
            waiters_ = std::make_shared<Waiters>();
        }
    }
}

void Mirror::MirroredCall::tee_body(const http::Request& request) {
    for (auto* const places : {&now_, &later_}) {
        for (Place& place : *places) {
            if (!wants_body(*place.shadow)) {
                continue;
            }
            if (!tee_) {
                tee_.emplace(mirror_.context_.loop, *request.stream, http::Tee::kNoLimit);
                live_body_ = tee_->paced_reader();
            }
            place.body = tee_->lagging_reader(place.shadow->body_limits());
        }
    }
}

void Mirror::MirroredCall::copy(Place& place, const http::Request& request) {
    if (id_.empty()) {
        id_ = mirror_.id_of(request);
    }
    place.shadow->copy(request,
                       {.body = std::move(place.body),
                        .waiters = place.shadow->rules().config.wait ? waiters_ : nullptr,
                        .id = id_,
                        .path = path_of(request),
                        .live = reply_,
                        .verdict = place.verdict},
                       *mirror_.builder_);
}

void Mirror::MirroredCall::on_step(std::uint32_t index, const http::Request& request) {
    for (Place& place : later_) {
        if (place.shadow->backend().follows != index) {
            continue;
        }
        if (const auto verdict = place.shadow->admit(request)) {
            place.verdict = *verdict;
            copy(place, request);
        } else {
            place.body.reset();
        }
    }
}

void Mirror::MirroredCall::answered(http::Result<http::Response> answer) {
    const bool streamed = answer && answer->stream != nullptr;
    const bool uploading = tee_ && !tee_->complete();
    if (uploading && !streamed && waiters_) {
        // The live call is over and asks for no more of the body, and a copy must not ask the
        // client for what the live side did not want: it ends here, as it would without `wait`.
        tee_->detach();
    }
    // An answer that begins before the request's body has ended cannot wait: as long as nobody
    // reads it, its backend may read no further, and the copies would wait for that.
    if (!waiters_ || waiters_->copies == 0 || (uploading && streamed)) {
        const auto done = std::move(done_);
        return done(std::move(answer));
    }
    if (answer) {
        answer_.emplace(std::move(*answer));  // what it views is gone when its Done returns
        hold(base::HeldKind::Body, answer_->bytes());
    } else {
        failure_ = std::move(answer.error());
    }
    waiters_->over = [this] { pass_on(); };
    limit_.start_at(began_ + mirror_.endpoint_.timeout);
}

void Mirror::MirroredCall::give_up(base::HeldKind) { pass_on(); }

void Mirror::MirroredCall::pass_on() {
    release();
    limit_.stop();
    waiters_->over = nullptr;
    const auto done = std::move(done_);
    if (answer_) {
        done(answer_->take());
    } else {
        done(base::fail(*failure_));
    }
}

}  // namespace aggregator::shadow
