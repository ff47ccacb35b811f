#include "components/response_cache/replies.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <aggregator/base/hash.hpp>
#include <aggregator/cache/recording.hpp>
#include <aggregator/component/timed.hpp>
#include <aggregator/http/owned_request.hpp>
#include <aggregator/plan/labels.hpp>

namespace aggregator::components {

namespace {

using component::CacheOutcome;
using http::Field;
using http::Request;
using http::Response;
using http::Result;

/// A strong entity tag of a body.
std::string tag_of(std::string_view body) {
    std::string tag = "\"";
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (const std::uint64_t hash : {base::hash64(body, 1), base::hash64(body, 2)}) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            tag += kDigits[(hash >> static_cast<unsigned>(shift)) & 0xFU];
        }
    }
    return tag + '"';
}

/// What is kept of a reply until its body is there.
struct Head {
    Head(const Response& reply, base::Duration lifetime) : status(reply.status), ttl(lifetime) {
        for (const Field& field : reply.headers) {
            fields.emplace_back(field.name, field.value);
        }
    }
    int status;
    base::Duration ttl;
    std::vector<std::pair<std::string, std::string>> fields;
};

/// What the backend of a no-op endpoint says of its own answer is stronger than the configuration.
bool is_for_one_user(http::Fields fields) {
    const cache::Directives says = cache::read_directives(fields);
    return says.no_store || says.is_private || http::find(fields, "Set-Cookie") != nullptr;
}

std::string hit_text(const cache::Entry& entry, base::Time now) {
    const auto over = std::chrono::ceil<cache::Seconds>(now - entry.terms().fresh_until).count();
    return over <= 0 ? "aggregator; hit" : "aggregator; hit; ttl=-" + std::to_string(over);
}

}  // namespace

/// What all calls have: whom to answer, and which reply its client has already.
class Replies::ReplyCall : public http::Call {
public:
    ReplyCall(Replies& replies, const Request& request, http::Done done)
        : replies_(replies), record_(request.record), done_(std::move(done)) {
        const Field* const known = http::find(request.headers, "If-None-Match");
        if (replies.settings_.etag && known != nullptr) {
            conditions_.none_match = std::string(known->value);
        }
    }

protected:
    void give(cache::EntryPtr entry, CacheOutcome outcome, std::string_view status) {
        // Whoever gets the reply may destroy this call.
        const http::Done done = std::move(done_);
        replies_.count(outcome);
        if (record_ != nullptr && record_->endpoint.empty()) {
            record_->endpoint = replies_.wiring_.endpoint->pattern;
            record_->number = replies_.wiring_.endpoint->number;
            record_->completed = true;
        }
        done(replies_.rendering_.render(*entry, conditions_,
                                        {.age = entry->age(replies_.now()), .status = status}));
    }
    void finish(Result<Response> reply) {
        const http::Done done = std::move(done_);
        done(std::move(reply));
    }
    [[nodiscard]] const cache::Conditions& conditions() const { return conditions_; }

    Replies& replies_;
    http::AccessRecord* record_;

private:
    cache::Conditions conditions_;
    http::Done done_;
};

class Replies::StoredReply final : public ReplyCall {
public:
    StoredReply(Replies& replies, const Request& request, cache::EntryPtr entry, http::Done done)
        : ReplyCall(replies, request, std::move(done)),
          entry_(std::move(entry)),
          timer_(replies.wiring_.loop, [this] {
              const base::Time now = replies_.now();
              give(entry_, entry_->is_fresh(now) ? CacheOutcome::Hit : CacheOutcome::Stale,
                   hit_text(*entry_, now));
          }) {
        timer_.start({});
    }

private:
    cache::EntryPtr entry_;
    base::Timer timer_;
};

/// A reply that is made by the endpoint, and stored if it may be.
class Replies::NewReply final : public ReplyCall {
public:
    NewReply(Replies& replies, const Request& request, cache::EntryPtr stored, http::Done done)
        : ReplyCall(replies, request, std::move(done)),
          key_(replies.keys_.of(request)),
          stored_(std::move(stored)),
          mark_(replies.index_.mark()),
          settle_(replies.wiring_.loop, [this] { std::exchange(settled_, {})(); }) {
        if (record_ == nullptr) {
            record_ = &own_record_;
        }
    }

    void share() { flight_.emplace(replies_.index_.flights(), key_); }
    void settle_with(std::function<void()> settled) { settled_ = std::move(settled); }
    void start(const Request& request) {
        Request watched = request;
        watched.record = record_;
        inner_ = replies_.inner_.call(
            watched, [this](Result<Response> reply) { collect(std::move(reply)); });
    }

private:
    void collect(Result<Response> reply) {
        const bool failed = !reply || reply->status >= 500;
        if (failed && stored_ != nullptr &&
            replies_.now() < stored_->terms().stale_if_error_until) {
            land(stored_);
            return give(stored_, CacheOutcome::Stale, "aggregator; fwd=stale");
        }
        if (!reply) {
            land(nullptr);
            return finish(std::move(reply));
        }
        const base::Duration ttl = lifetime(*reply);
        if (ttl <= base::Duration::zero()) {
            if (flight_) {
                replies_.index_.flights().note_unshared(key_, replies_.now());
            }
            land(nullptr);
            return pass_on(std::move(*reply), "aggregator; fwd=miss");
        }
        if (reply->stream) {
            record_stream(*reply, ttl);
            return pass_on(std::move(*reply), "aggregator; fwd=miss; stored");
        }
        keep_whole(std::move(*reply), ttl);
    }

    /// 0: it is not to be stored.
    [[nodiscard]] base::Duration lifetime(const Response& reply) const {
        const ResponseCacheSettings& settings = replies_.settings_;
        const bool passed = replies_.wiring_.endpoint->output == plan::Output::NoOp;
        const bool whole = record_->completed && !reply.cut;
        if (!settings.takes_status(reply.status) || !(whole || settings.incomplete) ||
            (passed && is_for_one_user(reply.headers))) {
            return {};
        }
        if (!settings.ttl_of_backends) {
            return settings.ttl;
        }
        base::Duration shortest = base::Duration::max();
        for (const auto& part : record_->parts) {
            shortest = std::min(shortest, part.at.cache.fresh_for.value_or(base::Duration{}));
        }
        return record_->parts.empty() ? base::Duration{} : shortest;
    }

    [[nodiscard]] std::shared_ptr<cache::Entry> entry_of(
        const Head& head, const std::shared_ptr<const std::string>& body) const {
        std::vector<Field> fields;
        for (const auto& [name, value] : head.fields) {
            fields.push_back({name, value});
        }
        const std::string tag = tag_of(*body);
        if (replies_.settings_.etag && http::find(fields, "ETag") == nullptr) {
            fields.push_back({"ETag", tag});
        }
        const base::Time now = replies_.now();
        const base::Time until = now + head.ttl;
        const ResponseCacheSettings& settings = replies_.settings_;
        return std::make_shared<cache::Entry>(cache::Entry::Source{
            .key = key_,
            .status = head.status,
            .headers = fields,
            .body = body,
            .terms = {.received = now,
                      .fresh_until = until,
                      .stale_while_revalidate_until = until + settings.stale_while_revalidate,
                      .stale_if_error_until = until + settings.stale_if_error}});
    }

    void keep_whole(Response reply, base::Duration ttl) {
        const auto entry =
            entry_of(Head(reply, ttl), std::make_shared<const std::string>(reply.body));
        const bool kept = replies_.index_.put(entry, mark_);
        land(kept ? entry : nullptr);
        std::vector<Field> fields(reply.headers.begin(), reply.headers.end());
        if (replies_.settings_.etag && http::find(fields, "ETag") == nullptr) {
            fields.push_back({"ETag", entry->etag()});
        }
        if (cache::is_known_to(*entry, conditions())) {
            reply.status = 304;
            reply.body = {};
        }
        reply.headers = fields;
        // What the fields view lives until the reply was given.
        const cache::EntryPtr alive = entry;
        pass_on(std::move(reply), kept ? "aggregator; fwd=miss; stored" : "aggregator; fwd=miss");
    }

    void record_stream(Response& reply, base::Duration ttl) {
        head_.emplace(reply, ttl);
        reply.stream = std::make_unique<cache::Recording>(
            replies_.wiring_.loop, std::move(reply.stream),
            cache::Recording::Options{.bytes_max = replies_.settings_.entry_bytes_max(),
                                      .done = [this](const auto& body) {
                                          const auto entry =
                                              body == nullptr ? nullptr : entry_of(*head_, body);
                                          const bool kept =
                                              entry != nullptr && replies_.index_.put(entry, mark_);
                                          land(kept ? entry : nullptr);
                                      }});
    }

    void pass_on(Response reply, std::string_view status) {
        replies_.count(CacheOutcome::Miss);
        // Whoever gets the reply may destroy this call: its fields live here.
        std::vector<Field> fields(reply.headers.begin(), reply.headers.end());
        fields.push_back({"Cache-Status", status});
        reply.headers = fields;
        finish(std::move(reply));
    }

    void land(const cache::EntryPtr& entry) {
        if (flight_) {
            flight_->land(entry);
        }
        if (settled_) {
            settle_.start({});
        }
    }

    std::string key_;
    cache::EntryPtr stored_;
    std::uint64_t mark_;
    http::AccessRecord own_record_;
    std::optional<Head> head_;
    std::optional<cache::Flight> flight_;
    std::function<void()> settled_;
    base::Timer settle_;
    std::unique_ptr<http::Call> inner_;
};

/// Waits for the reply to the same request of another client, as long as the endpoint's time lasts;
/// makes its own in what is left of that if there is none.
class Replies::AwaitedReply final : public ReplyCall, private cache::Waiter {
public:
    AwaitedReply(Replies& replies, const Request& request, cache::EntryPtr stored, http::Done done)
        : ReplyCall(replies, request, std::move(done)),
          request_(component::timed(replies.wiring_, request)),
          stored_(std::move(stored)),
          go_on_(replies.wiring_.loop, [this] { go_on(); }) {
        go_on_.start_at(request_.request().deadline);
    }

    void start(cache::Flight& flight) { flight.join(*this); }

private:
    void landed(const cache::EntryPtr& entry) override {
        reply_ = entry;
        go_on_.start({});
    }

    void go_on() {
        stop();
        if (reply_ != nullptr) {
            return give(reply_, CacheOutcome::Collapsed, "aggregator; fwd=miss; collapsed");
        }
        own_ = std::make_unique<NewReply>(
            replies_, request_.request(), std::move(stored_),
            [this](Result<Response> reply) { finish(std::move(reply)); });
        own_->start(request_.request());
    }

    http::OwnedRequest request_;
    cache::EntryPtr stored_;
    cache::EntryPtr reply_;
    std::unique_ptr<NewReply> own_;
    base::Timer go_on_;
};

/// A reply that is made anew and that no client waits for. The endpoint's own time limits it.
class Replies::Renewal {
public:
    Renewal(Replies& replies, const Request& request)
        : replies_(replies), request_(component::detached(replies.wiring_, request)) {}

    void start(const cache::EntryPtr& stored) {
        call_ = std::make_unique<NewReply>(replies_, request_.request(), stored,
                                           [this](Result<Response> reply) {
                                               if (reply) {
                                                   stream_ = std::move(reply->stream);
                                               }
                                           });
        call_->share();
        call_->settle_with([this] { replies_.drop(*this); });
        call_->start(request_.request());
    }

private:
    Replies& replies_;
    http::OwnedRequest request_;
    std::unique_ptr<NewReply> call_;
    std::unique_ptr<http::BodyStream> stream_;  // reads itself
};

Replies::Replies(const component::Wiring& wiring, const ResponseCacheSettings& settings,
                 cache::Store& store, http::Service& inner)
    : wiring_(wiring),
      settings_(settings),
      index_(store.index(wiring.loop)),
      keys_(*wiring.endpoint),
      inner_(inner) {
    for (std::size_t i = 0; i < component::kCacheOutcomes; ++i) {
        counters_.at(i) = &component::cache_requests(wiring, static_cast<CacheOutcome>(i));
    }
}

Replies::~Replies() = default;

std::unique_ptr<http::Call> Replies::call(const Request& request, http::Done done) {
    if (!settings_.takes_method(request.method) || request.stream != nullptr ||
        !request.body.empty()) {
        count(CacheOutcome::Bypass);
        return inner_.call(request, std::move(done));
    }
    cache::EntryPtr stored = index_.find(keys_.of(request), {});
    const base::Time now = this->now();
    const bool fresh = stored != nullptr && stored->is_fresh(now);
    if (!fresh && stored != nullptr && now < stored->terms().stale_while_revalidate_until) {
        renew(request, stored);
        return std::make_unique<StoredReply>(*this, request, std::move(stored), std::move(done));
    }
    if (fresh) {
        return std::make_unique<StoredReply>(*this, request, std::move(stored), std::move(done));
    }
    return make(request, std::move(stored), std::move(done));
}

std::unique_ptr<http::Call> Replies::make(const Request& request, cache::EntryPtr stored,
                                          http::Done done) {
    const std::string& key = keys_.of(request);
    cache::Flights& flights = index_.flights();
    const bool waits = settings_.coalesce && flights.may_share(key, now());
    cache::Flight* const flight = waits ? flights.find(key) : nullptr;
    if (flight != nullptr) {
        auto call =
            std::make_unique<AwaitedReply>(*this, request, std::move(stored), std::move(done));
        call->start(*flight);
        return call;
    }
    auto call = std::make_unique<NewReply>(*this, request, std::move(stored), std::move(done));
    if (waits) {
        call->share();
    }
    call->start(request);
    return call;
}

void Replies::renew(const Request& request, const cache::EntryPtr& stored) {
    if (index_.flights().find(keys_.of(request)) == nullptr) {
        renewals_.emplace_back(*this, request);
        renewals_.back().start(stored);
    }
}

void Replies::drop(const Renewal& done) {
    renewals_.remove_if([&done](const Renewal& one) { return &one == &done; });
}

}  // namespace aggregator::components
