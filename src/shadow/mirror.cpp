#include <aggregator/shadow/mirror.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

#include "shadow/mirrored_call.hpp"
#include "shadow/shadow.hpp"
#include "shadow/trace.hpp"

namespace aggregator::shadow {

namespace {

constexpr auto kForgetEvery = std::chrono::seconds(1);

bool has_id(const std::unique_ptr<Shadow>& shadow, std::string_view id) {
    return shadow->rules().id == id;
}

bool is_special(const std::unique_ptr<Shadow>& shadow) {
    return shadow->rules().config.wait || shadow->backend().follows;
}

}  // namespace

Mirror::Mirror(const Context& context, const plan::Endpoint& endpoint, http::Service& live)
    : context_(context),
      endpoint_(endpoint),
      live_(live),
      builder_(std::make_unique<CopyBuilder>(context.loop, context.plan)),
      forget_(context.loop, [this] { forget_ended(); }) {}

Mirror::~Mirror() = default;

void Mirror::put(Wiring wiring) {
    const std::string id = wiring.backend->rules->id;
    remove(id);
    shadows_.push_back(std::make_unique<Shadow>(context_, endpoint_, std::move(wiring)));
    special_ = std::ranges::any_of(shadows_, is_special);
}

void Mirror::remove(std::string_view id) {
    const auto found =
        std::ranges::find_if(shadows_, [id](const auto& shadow) { return has_id(shadow, id); });
    if (found == shadows_.end()) {
        return;
    }
    removed_.push_back(std::move(*found));
    shadows_.erase(found);
    special_ = std::ranges::any_of(shadows_, is_special);
    forget_.start(kForgetEvery);
}

void Mirror::forget_ended() {
    std::erase_if(removed_, [](const auto& shadow) { return shadow->in_flight() == 0; });
    if (!removed_.empty()) {
        forget_.start(kForgetEvery);
    }
}

void Mirror::abandon() {
    for (const auto& shadow : shadows_) {
        shadow->abandon();
    }
    removed_.clear();
    forget_.stop();
}

std::string Mirror::id_of(const http::Request& request) const {
    return request.id.empty() ? random_id(context_.loop) : std::string(request.id);
}

std::unique_ptr<http::Call> Mirror::call(const http::Request& request, http::Done done) {
    if (shadows_.empty() || !endpoint_.bodies.takes(request)) {
        return live_.call(request, std::move(done));
    }
    if (special_ || request.stream != nullptr) {
        auto call = std::make_unique<MirroredCall>(*this, std::move(done));
        call->start(request);
        return call;
    }
    std::vector<std::pair<Shadow*, Breaker::Verdict>> admitted;
    for (const auto& shadow : shadows_) {
        if (const auto verdict = shadow->admit(request)) {
            admitted.emplace_back(shadow.get(), *verdict);
        }
    }
    if (admitted.empty()) {
        return live_.call(request, std::move(done));
    }
    const std::shared_ptr<LiveReply> reply = live_reply();
    auto live = live_.call(request, LiveReply::told_by(reply, std::move(done)));
    const std::string id = id_of(request);
    for (const auto& [shadow, verdict] : admitted) {
        shadow->copy(request,
                     {.id = id, .path = path_of(request), .live = reply, .verdict = verdict},
                     *builder_);
    }
    return live;
}

std::shared_ptr<LiveReply> Mirror::live_reply() const {
    const bool told =
        std::ranges::any_of(shadows_, [](const auto& shadow) { return shadow->tells_anything(); });
    return told ? std::make_shared<LiveReply>(context_.log) : nullptr;
}

std::size_t Mirror::in_flight() const {
    std::size_t count = 0;
    for (const auto* const list : {&shadows_, &removed_}) {
        for (const auto& shadow : *list) {
            count += shadow->in_flight();
        }
    }
    return count;
}

void Mirror::visit(const std::function<void(const std::string&, const Ledger&)>& show) const {
    for (const auto& shadow : shadows_) {
        show(shadow->rules().id, shadow->ledger());
    }
    for (const auto& shadow : removed_) {
        if (shadow->in_flight() > 0) {
            show(shadow->rules().id, shadow->ledger());
        }
    }
}

}  // namespace aggregator::shadow
