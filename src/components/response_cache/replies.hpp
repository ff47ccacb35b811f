#pragma once

#include <array>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <aggregator/cache/rendering.hpp>
#include <aggregator/cache/store.hpp>
#include <aggregator/component/cache_figures.hpp>
#include <aggregator/http/service.hpp>

#include "components/response_cache/reply_key.hpp"
#include "components/response_cache/settings.hpp"

namespace aggregator::components {

/// An endpoint whose finished replies are stored.
class Replies final : public http::Service {
public:
    Replies(const component::Wiring& wiring, const ResponseCacheSettings& settings,
            cache::Store& store, http::Service& inner);
    ~Replies() override;

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

private:
    class ReplyCall;
    class StoredReply;
    class NewReply;
    class AwaitedReply;
    class Renewal;

    [[nodiscard]] std::unique_ptr<http::Call> make(const http::Request& request,
                                                   cache::EntryPtr stored, http::Done done);
    void renew(const http::Request& request, const cache::EntryPtr& stored);
    void drop(const Renewal& done);
    void count(component::CacheOutcome outcome) {
        ++*counters_.at(static_cast<std::size_t>(outcome));
    }
    [[nodiscard]] base::Time now() const { return wiring_.loop.now(); }

    component::Wiring wiring_;
    const ResponseCacheSettings& settings_;
    cache::Index& index_;
    ReplyKey keys_;
    http::Service& inner_;
    cache::Rendering rendering_;  // for one Done at a time
    std::array<std::uint64_t*, component::kCacheOutcomes> counters_{};
    std::list<Renewal> renewals_;
};

}  // namespace aggregator::components
