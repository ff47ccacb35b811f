#include "components/http_cache/book.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/component/cache_figures.hpp>
#include <aggregator/plan/labels.hpp>
#include <aggregator/reading/component.hpp>

#include "components/http_cache/settings.hpp"

namespace aggregator::components {

namespace {

const HttpCacheSettings* settings_of(const plan::Backend& backend) {
    return reading::settings_of<HttpCacheSettings>(backend.components, "qos/http-cache");
}

void raise(cache::Limits& limits, const HttpCacheSettings& settings) {
    limits.bytes_max = std::max(limits.bytes_max, settings.max_size);
    limits.entries_max = std::max(limits.entries_max, settings.max_items);
    limits.entry_bytes_max = std::max(limits.entry_bytes_max, settings.entry_bytes_max());
}

/// The largest of each limit of those that share a store.
cache::Limits shared_limits(const plan::Plan& plan) {
    cache::Limits limits{0, 0, 0};
    for (const plan::Endpoint& endpoint : plan.endpoints) {
        for (const plan::Backend& backend : endpoint.backends) {
            const HttpCacheSettings* const settings = settings_of(backend);
            if (settings != nullptr && settings->shared) {
                raise(limits, *settings);
            }
        }
    }
    return limits;
}

}  // namespace

Origin origin_of(const plan::Backend& backend) {
    if (backend.hosts.empty()) {
        return {backend.discovery ? "srv://" + backend.discovery->name : std::string(), {}};
    }
    const plan::Host& host = backend.hosts.front();
    return {(host.tls ? "https://" : "http://") + host.authority, host.prefix};
}

HttpCacheBook::HttpCacheBook(const plan::Plan& plan) {
    Place shared{std::make_unique<cache::Store>(shared_limits(plan)),
                 std::make_shared<const std::vector<std::string>>(2),
                 {}};
    for (const plan::Endpoint& endpoint : plan.endpoints) {
        for (const plan::Backend& backend : endpoint.backends) {
            add(endpoint, backend, shared);
        }
    }
    if (!shared.labels_in.empty()) {
        stores_.push_back(std::move(shared));
    }
}

void HttpCacheBook::add(const plan::Endpoint& endpoint, const plan::Backend& backend,
                        Place& shared) {
    const HttpCacheSettings* const settings = settings_of(backend);
    if (settings == nullptr) {
        return;
    }
    const std::string endpoints = plan::label_of(endpoint);
    const std::string backends = plan::label_of(backend);
    const std::string host = backend.hosts.empty() ? backends : backend.hosts.front().authority;
    origins_.insert(origin_of(backend).name);
    if (settings->shared) {
        shared.labels_in.insert({endpoints, backends, host});
        of_[&backend] = shared.store.get();
        return;
    }
    cache::Limits limits{0, 0, 0};
    raise(limits, *settings);
    stores_.push_back({std::make_unique<cache::Store>(limits),
                       plan::labels_of(endpoint, backend),
                       {endpoints, backends, host}});
    of_[&backend] = stores_.back().store.get();
}

cache::Store* HttpCacheBook::store_of(const plan::Backend& backend) const {
    const auto found = of_.find(&backend);
    return found == of_.end() ? nullptr : found->second;
}

bool HttpCacheBook::keeps(std::string_view origin) const { return origins_.contains(origin); }

void HttpCacheBook::invalidate(base::Loop& own, std::string_view key) const {
    for (const Place& place : stores_) {
        place.store->remove(own, key);
    }
}

void HttpCacheBook::show(base::Figures& figures, const base::LabelValues&) const {
    for (const Place& place : stores_) {
        component::show_cache(figures, place.labels, place.store->account());
    }
}

std::uint64_t HttpCacheBook::purge(std::string_view backend) {
    std::uint64_t purged = 0;
    for (const Place& place : stores_) {
        if (backend.empty() || place.labels_in.contains(std::string(backend))) {
            purged += place.store->clear();
        }
    }
    return purged;
}

}  // namespace aggregator::components
