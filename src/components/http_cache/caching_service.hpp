#pragma once

#include <list>
#include <memory>
#include <string>

#include <aggregator/http/service.hpp>

#include "components/http_cache/caching.hpp"
#include "components/http_cache/fetch.hpp"

namespace aggregator::components {

/// A backend whose answers are stored.
class CachingService final : public http::Service {
public:
    CachingService(const component::Wiring& wiring, const HttpCacheSettings& settings,
                   const HttpCacheBook& book, http::Service& inner);
    ~CachingService() override;

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

private:
    class Refresh;

    [[nodiscard]] std::unique_ptr<http::Call> ask(const http::Request& request,
                                                  cache::EntryPtr stored, http::Done done);
    [[nodiscard]] std::unique_ptr<http::Call> fetch(const http::Request& request, Errand errand,
                                                    http::Done done);
    [[nodiscard]] std::unique_ptr<http::Call> refuse(const http::Request& request, http::Done done);
    /// Fetches a new answer in the place of a stale one, once.
    void refresh(const http::Request& request, const cache::EntryPtr& stored);
    void drop(const Refresh& done);

    Caching caching_;
    http::Service& inner_;
    std::string key_;  // of the request that is looked at
    std::list<Refresh> refreshes_;
};

/// A backend whose methods change resources of which answers may be stored somewhere.
class InvalidatingService final : public http::Service {
public:
    InvalidatingService(const component::Wiring& wiring, const HttpCacheBook& book,
                        http::Service& inner);

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

private:
    class InvalidatingCall;

    void invalidate(std::string_view path, const http::Response& answer);

    base::Loop& loop_;
    const HttpCacheBook& book_;
    Origin origin_;
    http::Service& inner_;
};

/// Whether a method changes nothing (RFC 9110 9.2.1).
[[nodiscard]] bool is_safe(std::string_view method);

}  // namespace aggregator::components
