#pragma once

#include <memory>

#include <aggregator/cache/flights.hpp>
#include <aggregator/http/owned_request.hpp>

#include "components/http_cache/fetch.hpp"

namespace aggregator::components {

/// A call that waits for the answer to the same one of another request, and goes to the backend by
/// itself if that answer is not for it.
class WaitCall final : public CachedCall, private cache::Waiter {
public:
    /// `errand` is what it does then.
    WaitCall(Caching& caching, const http::Request& request, Errand errand, http::Done done);

    /// `inner` outlives it.
    void start(cache::Flight& flight, http::Service& inner);
    void reject_answer() override;

private:
    void landed(const cache::EntryPtr& entry) override;
    void go_on();

    Errand errand_;
    http::OwnedRequest request_;
    http::Service* inner_ = nullptr;
    cache::EntryPtr entry_;
    std::unique_ptr<FetchCall> own_;
    base::Timer go_on_;
};

}  // namespace aggregator::components
