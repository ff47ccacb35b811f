#include "components/http_cache/rules.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include <aggregator/base/text.hpp>

#include "components/http_cache/caching_service.hpp"
#include "components/http_cache/settings.hpp"

namespace aggregator::components {

namespace {

using reading::Configured;

struct Place {
    const config::EndpointConfig& endpoint;
    const config::BackendConfig& backend;
    const Configured& section;
    const HttpCacheSettings& cache;
};

template <typename Show>
void each_cache(const lint::Subject& subject, const Show& show) {
    lint::for_each_backend_section(
        subject, "qos/http-cache",
        [&show](const auto& endpoint, const auto& backend, const Configured& one) {
            show(Place{endpoint, backend, one,
                       static_cast<const HttpCacheSettings&>(*one.settings)});
        });
}

void check_methods(const lint::Subject& subject, lint::Findings& findings) {
    each_cache(subject, [&findings](const Place& place) {
        if (!is_safe(place.backend.method)) {
            findings.at(place.section.source, {""},
                        "answers to " + place.backend.method + " are never stored",
                        "remove the section: caches of the same host forget what such a request "
                        "changes anyway");
        }
    });
}

bool lets_in(const std::vector<std::string>& headers, std::string_view name) {
    return std::any_of(headers.begin(), headers.end(), [name](const std::string& one) {
        return one == "*" || base::equal_ignoring_case(one, name);
    });
}

void check_authorization(const lint::Subject& subject, lint::Findings& findings) {
    each_cache(subject, [&findings](const Place& place) {
        if (is_safe(place.backend.method) &&
            lets_in(place.endpoint.input_headers, "Authorization")) {
            findings.at(place.section.source, {""},
                        "requests with `Authorization` reach the backend: their answers are stored "
                        "only if they say `public`, `must-revalidate` or `s-maxage`",
                        "let the backend say so where an answer is the same for everybody, or "
                        "remove `Authorization` from `input_headers`");
        }
    });
}

void check_limits(const lint::Subject& subject, lint::Findings& findings) {
    const auto key = [](const component::Keeping& one) {
        return std::tuple(one.max_size, one.max_items, one.entry_bytes_max());
    };
    std::optional<decltype(key({}))> first;
    each_cache(subject, [&](const Place& place) {
        if (!place.cache.shared) {
            return;
        }
        const auto own = key(place.cache);
        if (first.value_or(own) != own) {
            findings.at(place.section.source, "shared",
                        "backends that share one cache have different limits: the largest count",
                        "write the same `max_size`, `max_items` and `max_entry` everywhere");
        }
        first = first.value_or(own);
    });
}

}  // namespace

constinit const lint::Rule kCacheOnUnsafeMethod = {
    .name = "cache-on-unsafe-method",
    .severity = lint::Severity::Warning,
    .summary = "a cache of a backend whose method changes something stores nothing",
    .explanation = R"(Answers to GET are stored, and to HEAD are given from them. A backend with
another method has nothing to store. What it changes is forgotten by the caches
of the same host, whether or not it has a section of its own.

Bad:
    "method": "POST", "extra_config": { "qos/http-cache": {} }

Good:
    "method": "GET", "extra_config": { "qos/http-cache": {} })",
    .check = check_methods,
};

constinit const lint::Rule kCacheWithAuthorization = {
    .name = "cache-with-authorization",
    .severity = lint::Severity::Advice,
    .summary = "answers to requests with `Authorization` are seldom stored",
    .explanation = R"(The cache serves all users. An answer to a request with `Authorization` is
stored only if it says that others may have it: by `public`, `must-revalidate` or
`s-maxage` in its Cache-Control (RFC 9111 3.5).

Bad:
    Cache-Control: max-age=60

Good:
    Cache-Control: public, max-age=60)",
    .check = check_authorization,
};

constinit const lint::Rule kCacheLimitsDiffer = {
    .name = "cache-limits-differ",
    .severity = lint::Severity::Warning,
    .summary = "backends that share one cache give it different limits",
    .explanation = R"(All backends with `"shared": true` use one cache, with the largest of each
limit. A smaller one has no effect.

Bad:
    "qos/http-cache": { "shared": true, "max_items": 100 }
    "qos/http-cache": { "shared": true, "max_items": 5000 }

Good:
    "qos/http-cache": { "shared": true, "max_items": 5000 }
    "qos/http-cache": { "shared": true, "max_items": 5000 })",
    .check = check_limits,
};

}  // namespace aggregator::components
