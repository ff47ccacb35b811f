#include "components/http_cache/caching_service.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/cache/location.hpp>
#include <aggregator/component/timed.hpp>

#include "components/http_cache/wait.hpp"

namespace aggregator::components {

namespace {

using http::Request;

/// What the request says itself, if its Cache-Control comes so far.
struct Wishes {
    bool any = false;
    cache::Directives says;
};

Wishes wishes_of(const Request& request) {
    if (http::find(request.headers, "Cache-Control") == nullptr) {
        return {};
    }
    return {true, cache::read_directives(request.headers)};
}

/// Whether a request is content with what is stored, without a call.
bool is_usable(const cache::Entry& entry, const Wishes& wishes, base::Time now) {
    const cache::Terms& terms = entry.terms();
    const cache::Directives& says = wishes.says;
    const bool old = says.max_age && (says.max_age->count() == 0 || entry.age(now) > *says.max_age);
    if (terms.must_validate || says.no_cache || old) {
        return false;
    }
    if (now >= terms.fresh_until) {
        return says.max_stale && !terms.forbids_stale && now < terms.fresh_until + *says.max_stale;
    }
    return !says.min_fresh || terms.fresh_until - now >= *says.min_fresh;
}

/// Until when it is given if the backend fails.
base::Time on_error_until(const cache::Entry& entry, const Wishes& wishes) {
    const cache::Terms& terms = entry.terms();
    const auto& asked = wishes.says.stale_if_error;
    return asked && !terms.forbids_stale
               ? std::max(terms.stale_if_error_until, terms.fresh_until + *asked)
               : terms.stale_if_error_until;
}

bool has(const Request& request, std::string_view name) {
    return http::find(request.headers, name) != nullptr;
}

bool has_body(const Request& request) { return request.stream != nullptr || !request.body.empty(); }

}  // namespace

bool is_safe(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

/// One fetch that no request waits for.
class CachingService::Refresh {
public:
    Refresh(CachingService& service, const Request& request)
        : service_(service),
          request_(component::detached(service.caching_.wiring, request)),
          limit_(service.caching_.wiring.loop, [this] { service_.drop(*this); }) {}

    void start(Errand errand, http::Service& inner) {
        limit_.start_at(request_.request().deadline);
        call_ = std::make_unique<FetchCall>(
            service_.caching_, request_.request(), std::move(errand),
            [this](http::Result<http::Response> answer) { keep(std::move(answer)); });
        call_->settle_with([this] { service_.drop(*this); });
        call_->start(request_.request(), inner);
    }

private:
    void keep(http::Result<http::Response> answer) {
        if (answer) {
            stream_ = std::move(answer->stream);
        }
    }

    CachingService& service_;
    http::OwnedRequest request_;
    std::unique_ptr<FetchCall> call_;
    std::unique_ptr<http::BodyStream> stream_;  // reads itself
    base::Timer limit_;
};

CachingService::CachingService(const component::Wiring& wiring, const HttpCacheSettings& settings,
                               const HttpCacheBook& book, http::Service& inner)
    : caching_(wiring, settings, book, *book.store_of(*wiring.backend)), inner_(inner) {}

CachingService::~CachingService() = default;

std::unique_ptr<http::Call> CachingService::call(const Request& request, http::Done done) {
    const bool get = request.method == "GET";
    const bool part = has(request, "Range");
    if (!(get || request.method == "HEAD") || has_body(request) || (part && !caching_.passes_on)) {
        return fetch(request, {.key = {}, .why = "bypass", .stores = false}, std::move(done));
    }
    key_.assign(caching_.origin.name).append(caching_.origin.prefix).append(request.target);
    cache::EntryPtr entry = caching_.index.find(key_, request.headers);
    const Wishes wishes = wishes_of(request);
    const base::Time now = caching_.now();
    if (entry != nullptr && is_usable(*entry, wishes, now)) {
        return std::make_unique<HitCall>(caching_, request, std::move(entry), std::move(done));
    }
    const bool soon = entry != nullptr && get && !part && !wishes.any &&
                      !entry->terms().must_validate &&
                      now < entry->terms().stale_while_revalidate_until;
    if (soon) {
        refresh(request, entry);
        return std::make_unique<HitCall>(caching_, request, std::move(entry), std::move(done));
    }
    if (wishes.says.only_if_cached) {
        return refuse(request, std::move(done));
    }
    if (!get || part) {
        return fetch(request, {.key = {}, .why = "bypass", .stores = false}, std::move(done));
    }
    return ask(request, std::move(entry), std::move(done));
}

std::unique_ptr<http::Call> CachingService::ask(const Request& request, cache::EntryPtr stored,
                                                http::Done done) {
    const Wishes wishes = wishes_of(request);
    const bool waits = caching_.settings.coalesce && !wishes.any &&
                       !caching_.is_personal(request) && !has(request, "Cookie") &&
                       caching_.wiring.backend->attempts <= 1;
    cache::Flights& flights = caching_.index.flights();
    Errand errand{.key = key_, .stored = stored};
    if (stored != nullptr) {
        errand.why = stored->is_fresh(caching_.now()) ? "request" : "stale";
        errand.on_error_until = on_error_until(*stored, wishes);
    }
    if (waits && flights.may_share(key_, caching_.now())) {
        if (cache::Flight* const flight = flights.find(key_)) {
            auto call =
                std::make_unique<WaitCall>(caching_, request, std::move(errand), std::move(done));
            call->start(*flight, inner_);
            return call;
        }
        errand.shares = true;
    }
    return fetch(request, std::move(errand), std::move(done));
}

std::unique_ptr<http::Call> CachingService::fetch(const Request& request, Errand errand,
                                                  http::Done done) {
    auto call = std::make_unique<FetchCall>(caching_, request, std::move(errand), std::move(done));
    call->start(request, inner_);
    return call;
}

std::unique_ptr<http::Call> CachingService::refuse(const Request& request, http::Done done) {
    caching_.note(request.asked, Outcome::Refused, "aggregator; fwd=miss; detail=only_if_cached");
    return http::fail_later(
        caching_.wiring.loop,
        {base::Code::OnlyIfCached, "no answer is stored, and the request asks for no other"},
        std::move(done));
}

void CachingService::refresh(const Request& request, const cache::EntryPtr& stored) {
    if (caching_.index.flights().find(key_) != nullptr) {
        return;
    }
    refreshes_.emplace_back(*this, request);
    refreshes_.back().start({.key = key_, .why = "stale", .stored = stored, .shares = true},
                            inner_);
}

void CachingService::drop(const Refresh& done) {
    refreshes_.remove_if([&done](const Refresh& one) { return &one == &done; });
}

class InvalidatingService::InvalidatingCall final : public http::Call {
public:
    InvalidatingCall(InvalidatingService& service, const Request& request, http::Done done)
        : service_(service),
          path_(service.origin_.prefix + std::string(request.target)),
          done_(std::move(done)) {}

    void start(const Request& request) {
        inner_ = service_.inner_.call(
            request, [this](http::Result<http::Response> answer) { collect(std::move(answer)); });
    }
    void reject_answer() override { inner_->reject_answer(); }

private:
    void collect(http::Result<http::Response> answer) {
        if (answer && answer->status >= 200 && answer->status < 400) {
            service_.invalidate(path_, *answer);
        }
        const http::Done done = std::move(done_);
        done(std::move(answer));
    }

    InvalidatingService& service_;
    std::string path_;
    http::Done done_;
    std::unique_ptr<http::Call> inner_;
};

InvalidatingService::InvalidatingService(const component::Wiring& wiring, const HttpCacheBook& book,
                                         http::Service& inner)
    : loop_(wiring.loop), book_(book), origin_(origin_of(*wiring.backend)), inner_(inner) {}

std::unique_ptr<http::Call> InvalidatingService::call(const Request& request, http::Done done) {
    if (is_safe(request.method)) {
        return inner_.call(request, std::move(done));
    }
    auto call = std::make_unique<InvalidatingCall>(*this, request, std::move(done));
    call->start(request);
    return call;
}

void InvalidatingService::invalidate(std::string_view path, const http::Response& answer) {
    book_.invalidate(loop_, origin_.name + std::string(path));
    for (const std::string_view name : {"Location", "Content-Location"}) {
        const http::Field* const field = http::find(answer.headers, name);
        const auto other =
            field == nullptr ? std::nullopt : cache::resolve({origin_.name, path}, field->value);
        if (other) {
            book_.invalidate(loop_, origin_.name + *other);
        }
    }
}

}  // namespace aggregator::components
