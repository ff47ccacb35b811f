#include "components/http_cache/wait.hpp"

#include <utility>

namespace aggregator::components {

WaitCall::WaitCall(Caching& caching, const http::Request& request, Errand errand, http::Done done)
    : CachedCall(caching, request, std::move(done)),
      errand_(std::move(errand)),
      request_(request),
      go_on_(caching.wiring.loop, [this] { go_on(); }) {
    errand_.shares = false;
}

void WaitCall::start(cache::Flight& flight, http::Service& inner) {
    inner_ = &inner;
    flight.join(*this);
}

void WaitCall::reject_answer() {
    if (own_) {
        own_->reject_answer();
    }
}

void WaitCall::landed(const cache::EntryPtr& entry) {
    entry_ = entry;
    go_on_.start({});
}

void WaitCall::go_on() {
    const http::Request& request = request_.request();
    if (entry_ != nullptr && entry_->fits(request.headers)) {
        return give(entry_, {Outcome::Collapsed,
                             "aggregator; fwd=" + std::string(errand_.why) + "; collapsed"});
    }
    own_ = std::make_unique<FetchCall>(
        caching_, request, std::move(errand_),
        [this](http::Result<http::Response> answer) { finish(std::move(answer)); });
    own_->start(request, *inner_);
}

}  // namespace aggregator::components
