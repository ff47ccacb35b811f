#include "components/http_cache/http_cache.hpp"

#include <string>
#include <utility>
#include <vector>

#include <aggregator/base/text.hpp>

#include <aggregator/component/cache_figures.hpp>

#include "components/http_cache/book.hpp"
#include "components/http_cache/caching_service.hpp"
#include "components/http_cache/differs.hpp"
#include "components/http_cache/rules.hpp"
#include "components/http_cache/schema.hpp"
#include "components/http_cache/settings.hpp"

namespace aggregator::components {

namespace {

constexpr std::string_view kName = "qos/http-cache";

/// Shows what the cache of an endpoint's only backend did in a reply that is made of its answer.
class StatusCall final : public http::Call {
public:
    explicit StatusCall(http::Done done) : done_(std::move(done)) {}

    void start(const http::Request& request, http::Service& inner) {
        http::Request watched = request;
        record_ = request.record == nullptr ? &own_ : request.record;
        watched.record = record_;
        inner_ = inner.call(
            watched, [this](http::Result<http::Response> reply) { finish(std::move(reply)); });
    }

private:
    void finish(http::Result<http::Response> reply) {
        const http::Done done = std::move(done_);
        if (!reply || record_->parts.empty()) {
            return done(std::move(reply));
        }
        const http::CacheUse use = record_->parts.front().at.cache;
        std::vector<http::Field> fields(reply->headers.begin(), reply->headers.end());
        std::string age;
        if (use.age) {
            const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*use.age).count();
            base::append_decimal(age,
                                 static_cast<std::uint64_t>(std::max<std::int64_t>(0, seconds)));
            fields.push_back({"Age", age});
        }
        if (!use.status.empty()) {
            fields.push_back({"Cache-Status", use.status});
        }
        reply->headers = fields;
        done(std::move(reply));
    }

    http::Done done_;
    http::AccessRecord own_;
    http::AccessRecord* record_ = nullptr;
    std::unique_ptr<http::Call> inner_;
};

class StatusService final : public http::Service {
public:
    explicit StatusService(http::Service& inner) : inner_(inner) {}

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        auto call = std::make_unique<StatusCall>(std::move(done));
        call->start(request, inner_);
        return call;
    }

private:
    http::Service& inner_;
};

/// Around an endpoint whose replies do not have its backend's headers.
std::unique_ptr<http::Service> wrap_endpoint(const plan::Endpoint& endpoint, http::Service& inner) {
    if (endpoint.backends.size() != 1 || endpoint.output == plan::Output::NoOp) {
        return nullptr;
    }
    const auto* const settings =
        reading::settings_of<HttpCacheSettings>(endpoint.backends.front().components, kName);
    return settings == nullptr || !settings->status_header ? nullptr
                                                           : std::make_unique<StatusService>(inner);
}

std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    auto* const shared = wiring.shared == nullptr ? nullptr : wiring.shared->of_all(kName);
    if (shared == nullptr || wiring.endpoint == nullptr) {
        return nullptr;
    }
    if (wiring.backend == nullptr) {
        return wrap_endpoint(*wiring.endpoint, inner);
    }
    const auto& book = static_cast<const HttpCacheBook&>(*shared);
    if (!is_safe(wiring.backend->method)) {
        return book.keeps(origin_of(*wiring.backend).name)
                   ? std::make_unique<InvalidatingService>(wiring, book, inner)
                   : nullptr;
    }
    const auto* const settings = component::settings_at<HttpCacheSettings>(wiring, kName);
    return settings == nullptr ? nullptr
                               : std::make_unique<CachingService>(wiring, *settings, book, inner);
}

std::shared_ptr<component::Shared> share_all(const plan::Plan& plan) {
    auto book = std::make_shared<HttpCacheBook>(plan);
    return book->empty() ? nullptr : std::move(book);
}

}  // namespace

constinit const component::Component kHttpCache{
    .reader = {kName, reading::InBackend, read_http_cache},
    .schema = http_cache_schema,
    .wrap = wrap,
    .rules = kHttpCacheRules,
    .metrics = component::cache_metrics,
    .share_all = share_all,
    .differs = kHttpCacheDiffers,
};

}  // namespace aggregator::components
