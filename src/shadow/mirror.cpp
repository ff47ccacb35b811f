#include <aggregator/shadow/mirror.hpp>

#include <string>
#include <utility>

#include <aggregator/http/tee.hpp>

namespace aggregator::shadow {

using base::Code;

/// A live call whose body is teed. The readers of the shadows live on without it.
class Mirror::TeedCall : public http::Call {
public:
    TeedCall(base::Loop& loop, http::BodyStream& source)
        : tee(loop, source, http::Tee::kNoLimit), live_body(tee.paced_reader()) {}

    http::Tee tee;
    std::unique_ptr<http::BodyStream> live_body;
    std::unique_ptr<http::Call> live;  // last: it uses the body
};

/// One copy in flight. Owned by its Mirror, which it tells its end.
class Mirror::Copy {
public:
    Copy(Mirror& mirror, std::size_t index)
        : shadow(index), mirror_(mirror), deadline_(mirror.context_.loop, [this] { expire(); }) {}

    void start(const http::Request& request, std::unique_ptr<http::BodyStream> reader) {
        body_ = std::move(reader);
        deadline_.start(mirror_.endpoint_.shadows[shadow].shadow_timeout);
        call_ = mirror_.shadows_[shadow]->call(
            request, [this](auto outcome) { mirror_.ended(*this, outcome); });
    }

    std::size_t shadow;
    std::size_t slot = 0;  // in the mirror's list

private:
    void expire() {
        mirror_.ended(*this, base::fail(Code::Timeout, "the shadow's deadline passed"));
    }

    Mirror& mirror_;
    base::Timer deadline_;
    std::unique_ptr<http::BodyStream> body_;
    std::unique_ptr<http::Call> call_;
};

Mirror::Mirror(const Context& context, const plan::Endpoint& endpoint, http::Service& live,
               std::vector<http::Service*> shadows)
    : context_(context),
      endpoint_(endpoint),
      live_(live),
      shadows_(std::move(shadows)),
      calls_(shadows_.size(), 0) {}

Mirror::~Mirror() = default;

std::unique_ptr<http::Call> Mirror::call(const http::Request& request, http::Done done) {
    if (request.stream == nullptr) {
        auto live = live_.call(request, std::move(done));
        copy_all(request, nullptr);
        return live;
    }
    auto teed = std::make_unique<TeedCall>(context_.loop, *request.stream);
    http::Request copied = request;
    copied.stream = teed->live_body.get();
    teed->live = live_.call(copied, std::move(done));
    copy_all(request, teed.get());
    return teed;
}

void Mirror::copy_all(const http::Request& request, TeedCall* teed) {
    for (std::size_t i = 0; i < shadows_.size(); ++i) {
        copy_one(i, request, teed);
    }
}

void Mirror::copy_one(std::size_t shadow, const http::Request& request, TeedCall* teed) {
    const config::RouterConfig& limits = context_.plan.service.router;
    if (calls_[shadow] >= limits.max_shadow_calls) {
        return drop(shadow, Code::TooManyCalls);
    }
    const std::uint64_t body_bytes =
        teed != nullptr ? request.stream->length().value_or(0) : request.body.size();
    if (body_bytes > limits.max_body_bytes) {
        return drop(shadow, Code::BodyTooLarge);
    }
    plan::forward(endpoint_.shadows[shadow], request, plan::origin_of(context_.plan, request),
                  outgoing_);
    http::Request& copied = outgoing_.request;
    copied.record = nullptr;
    auto reader = teed != nullptr ? teed->tee.lagging_reader(limits.max_body_bytes) : nullptr;
    copied.stream = reader.get();
    ++calls_[shadow];
    context_.counters.shadow_started.add();
    context_.counters.shadow_in_flight.add();
    auto copy = std::make_unique<Copy>(*this, shadow);
    copy->slot = copies_.size();
    Copy& started = *copy;
    copies_.push_back(std::move(copy));
    started.start(copied, std::move(reader));
}

void Mirror::drop(std::size_t shadow, Code reason) {
    context_.counters.shadow_dropped.add();
    context_.log.write(base::LogLevel::Debug, "a shadow copy was dropped",
                       {{"endpoint", endpoint_.pattern},
                        {"shadow", endpoint_.shadows[shadow].pattern},
                        {"reason", base::row(reason).name}});
}

void Mirror::ended(Copy& copy, const http::Result<http::Response>& outcome) {
    --calls_[copy.shadow];
    context_.counters.shadow_in_flight.subtract();
    context_.counters.shadow_finished.add();
    if (!outcome) {
        context_.log.write(base::LogLevel::Debug, "a shadow copy failed",
                           {{"endpoint", endpoint_.pattern},
                            {"shadow", endpoint_.shadows[copy.shadow].pattern},
                            {"reason", base::row(outcome.error().code).name},
                            {"detail", outcome.error().detail}});
    }
    const std::size_t slot = copy.slot;
    const auto leaving = std::move(copies_[slot]);
    if (slot + 1 != copies_.size()) {
        copies_[slot] = std::move(copies_.back());
        copies_[slot]->slot = slot;
    }
    copies_.pop_back();
}

}  // namespace aggregator::shadow
