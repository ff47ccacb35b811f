#include "components/response_cache/response_cache.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <aggregator/cache/freshness.hpp>
#include <aggregator/plan/labels.hpp>

#include "components/response_cache/differs.hpp"
#include "components/response_cache/replies.hpp"
#include "components/response_cache/rules.hpp"
#include "components/response_cache/schema.hpp"
#include "components/response_cache/settings.hpp"

namespace aggregator::components {

namespace {

constexpr std::string_view kName = "qos/response-cache";

const ResponseCacheSettings* settings_of(const plan::Endpoint& endpoint) {
    return reading::settings_of<ResponseCacheSettings>(endpoint.components, kName);
}

/// The stores of all endpoints of a plan.
class ReplyBook final : public component::Shared {
public:
    explicit ReplyBook(const plan::Plan& plan) {
        for (const plan::Endpoint& endpoint : plan.endpoints) {
            const ResponseCacheSettings* const settings = settings_of(endpoint);
            if (settings != nullptr) {
                places_.try_emplace(&endpoint, *settings);
            }
        }
    }

    [[nodiscard]] bool empty() const { return places_.empty(); }
    [[nodiscard]] cache::Store& store_of(const plan::Endpoint& endpoint) {
        return places_.at(&endpoint).store;
    }

    void show(base::Figures& figures, const base::LabelValues&) const override {
        for (const auto& [endpoint, place] : places_) {
            const auto labels = std::make_shared<const std::vector<std::string>>(
                std::vector<std::string>{plan::label_of(*endpoint), {}});
            component::show_cache(figures, labels, place.store.account());
        }
    }
    std::uint64_t purge(std::string_view backend) override {
        std::uint64_t purged = 0;
        for (auto& [endpoint, place] : places_) {
            if (backend.empty() || plan::label_of(*endpoint) == backend) {
                purged += place.store.clear();
            }
        }
        return purged;
    }

private:
    struct Place {
        explicit Place(const ResponseCacheSettings& settings)
            : store({settings.max_size, settings.max_items, settings.entry_bytes_max()}) {}
        cache::Store store;
    };

    std::map<const plan::Endpoint*, Place> places_;
};

/// Notes how long each answer of a backend may be used.
class FreshnessProbe final : public http::Service {
public:
    FreshnessProbe(base::Loop& loop, http::Service& inner) : loop_(loop), inner_(inner) {}

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        return inner_.call(request, [this, asked = request.asked, began = loop_.now(),
                                     done = std::move(done)](auto answer) {
            if (asked != nullptr && answer) {
                asked->cache.fresh_for = left_of(*answer, began);
            }
            done(std::move(answer));
        });
    }

private:
    [[nodiscard]] base::Duration left_of(const http::Response& answer, base::Time began) const {
        const cache::Freshness found = cache::freshness_of(
            answer.headers,
            {.asked = began, .came = loop_.now(), .calendar = cache::calendar_now()});
        const bool usable = found.lifetime && !found.directives.no_cache &&
                            cache::may_store(answer.status, answer.headers, found, {});
        return usable ? std::max(base::Duration{}, *found.lifetime - found.age) : base::Duration{};
    }

    base::Loop& loop_;
    http::Service& inner_;
};

std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    auto* const shared = wiring.shared == nullptr ? nullptr : wiring.shared->of_all(kName);
    if (shared == nullptr || wiring.endpoint == nullptr) {
        return nullptr;
    }
    const ResponseCacheSettings* const settings = settings_of(*wiring.endpoint);
    if (settings == nullptr) {
        return nullptr;
    }
    if (wiring.backend != nullptr) {
        return settings->ttl_of_backends ? std::make_unique<FreshnessProbe>(wiring.loop, inner)
                                         : nullptr;
    }
    auto& book = static_cast<ReplyBook&>(*shared);
    return std::make_unique<Replies>(wiring, *settings, book.store_of(*wiring.endpoint), inner);
}

std::shared_ptr<component::Shared> share_all(const plan::Plan& plan) {
    auto book = std::make_shared<ReplyBook>(plan);
    return book->empty() ? nullptr : std::move(book);
}

}  // namespace

constinit const component::Component kResponseCache{
    .reader = {kName, reading::InEndpoint, read_response_cache},
    .schema = response_cache_schema,
    .wrap = wrap,
    .rules = kResponseCacheRules,
    .metrics = component::cache_metrics,
    .share_all = share_all,
    .differs = kResponseCacheDiffers,
};

}  // namespace aggregator::components
