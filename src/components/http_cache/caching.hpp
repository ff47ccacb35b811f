#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <aggregator/cache/rendering.hpp>
#include <aggregator/cache/store.hpp>
#include <aggregator/component/cache_figures.hpp>
#include <aggregator/http/service.hpp>

#include "components/http_cache/book.hpp"
#include "components/http_cache/settings.hpp"

namespace aggregator::components {

using Outcome = component::CacheOutcome;

/// What the calls of one backend on one worker have in common. Outlives them.
class Caching {
public:
    Caching(const component::Wiring& wiring, const HttpCacheSettings& settings,
            const HttpCacheBook& book, cache::Store& store);

    /// Counts a call, and says for the log and for Cache-Status what became of it. `entry` is what
    /// was given, if it was stored.
    void note(http::Asked* asked, Outcome outcome, std::string status,
              const cache::Entry* entry = nullptr) const;
    /// `text` if clients see it in the answer's own headers, else empty.
    [[nodiscard]] std::string_view shown(std::string_view text) const;
    /// Whether what is asked for may be for one user: the request has Authorization, or the
    /// endpoint finds out who sends its requests (RFC 9111 3.5), though the backend may be told in
    /// other ways.
    [[nodiscard]] bool is_personal(const http::Request& request) const;
    [[nodiscard]] base::Time now() const { return wiring.loop.now(); }

    component::Wiring wiring;
    const HttpCacheSettings& settings;
    const HttpCacheBook& book;
    cache::Index& index;
    Origin origin;
    bool knows_senders;
    bool passes_on;  ///< answers go to the client as they are (`no-op`): its conditions count
    cache::Rendering rendering;  ///< for one Done at a time

private:
    std::array<std::uint64_t*, component::kCacheOutcomes> counters_{};
};

/// A call that may be answered with what is stored.
class CachedCall : public http::Call {
public:
    CachedCall(Caching& caching, const http::Request& request, http::Done done);

protected:
    /// How a stored answer is given.
    struct Gift {
        Outcome outcome = Outcome::Hit;
        std::string status;  ///< for Cache-Status
    };
    /// Gives a stored answer. May destroy this.
    void give(cache::EntryPtr entry, Gift gift);
    /// Hands the outcome on. May destroy this.
    void finish(http::Result<http::Response> answer);

    Caching& caching_;
    http::Asked* asked_;

private:
    cache::Conditions conditions_;
    http::Done done_;
};

/// One that is answered with what is stored, in a later turn.
class HitCall final : public CachedCall {
public:
    HitCall(Caching& caching, const http::Request& request, cache::EntryPtr entry, http::Done done);

private:
    void answer();

    cache::EntryPtr entry_;
    base::Timer timer_;
};

/// `aggregator; hit`, with what is left of the answer's time if that is over.
[[nodiscard]] std::string hit_status(const cache::Entry& entry, base::Time now);

}  // namespace aggregator::components
