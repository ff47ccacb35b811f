#include "components/http_cache/caching.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace aggregator::components {

namespace {

/// Whether a component there asks requests who sends them.
bool asks_senders(const std::vector<reading::InForce>& components) {
    return std::ranges::any_of(
        components, [](const reading::InForce& one) { return one.name.starts_with("auth/"); });
}

}  // namespace

Caching::Caching(const component::Wiring& where, const HttpCacheSettings& wanted,
                 const HttpCacheBook& all, cache::Store& store)
    : wiring(where),
      settings(wanted),
      book(all),
      index(store.index(where.loop)),
      origin(origin_of(*where.backend)),
      knows_senders(asks_senders(where.endpoint->components) ||
                    asks_senders(where.plan.components)),
      passes_on(where.endpoint->output == plan::Output::NoOp) {
    for (std::size_t i = 0; i < component::kCacheOutcomes; ++i) {
        counters_.at(i) = &component::cache_requests(wiring, static_cast<Outcome>(i));
    }
}

void Caching::note(http::Asked* asked, Outcome outcome, std::string status,
                   const cache::Entry* entry) const {
    ++*counters_.at(static_cast<std::size_t>(outcome));
    if (asked == nullptr) {
        return;
    }
    asked->cache = {.outcome = name_of(outcome), .status = std::move(status)};
    if (entry != nullptr) {
        asked->cache.age = entry->age(now());
    }
}

bool Caching::is_personal(const http::Request& request) const {
    return knows_senders || http::find(request.headers, "Authorization") != nullptr;
}

std::string_view Caching::shown(std::string_view text) const {
    return passes_on && settings.status_header ? text : std::string_view();
}

CachedCall::CachedCall(Caching& caching, const http::Request& request, http::Done done)
    : caching_(caching), asked_(request.asked), done_(std::move(done)) {
    if (caching.passes_on) {
        conditions_ = cache::conditions_of(request.headers);
    }
}

void CachedCall::give(cache::EntryPtr entry, Gift gift) {
    // Whoever gets the answer may destroy this call.
    const http::Done done = std::move(done_);
    caching_.note(asked_, gift.outcome, gift.status, entry.get());
    done(caching_.rendering.render(
        *entry, conditions_,
        {.age = entry->age(caching_.now()), .status = caching_.shown(gift.status)}));
}

void CachedCall::finish(http::Result<http::Response> answer) {
    const http::Done done = std::move(done_);
    done(std::move(answer));
}

HitCall::HitCall(Caching& caching, const http::Request& request, cache::EntryPtr entry,
                 http::Done done)
    : CachedCall(caching, request, std::move(done)),
      entry_(std::move(entry)),
      timer_(caching.wiring.loop, [this] { answer(); }) {
    timer_.start({});
}

void HitCall::answer() {
    const bool fresh = entry_->is_fresh(caching_.now());
    give(entry_, {fresh ? Outcome::Hit : Outcome::Stale, hit_status(*entry_, caching_.now())});
}

std::string hit_status(const cache::Entry& entry, base::Time now) {
    if (entry.is_fresh(now)) {
        return "aggregator; hit";
    }
    const auto over = std::chrono::ceil<cache::Seconds>(now - entry.terms().fresh_until).count();
    return "aggregator; hit; ttl=" + std::to_string(-over);
}

}  // namespace aggregator::components
