#include "admin/identity.hpp"

#include <algorithm>
#include <cstdio>

#include <aggregator/base/hash.hpp>

namespace aggregator::admin {

namespace {

template <typename Fits>
const plan::Endpoint* find_if(const plan::Plan& plan, const Fits& fits) {
    const auto found = std::find_if(plan.endpoints.begin(), plan.endpoints.end(), fits);
    return found == plan.endpoints.end() ? nullptr : &*found;
}

}  // namespace

std::string id_of(const plan::Endpoint& endpoint) {
    char text[20];
    std::snprintf(text, sizeof text, "%016llx",
                  static_cast<unsigned long long>(base::hash64(title_of(endpoint))));
    return text;
}

std::string title_of(const plan::Endpoint& endpoint) {
    return endpoint.method + ' ' + endpoint.pattern;
}

const plan::Endpoint* find_endpoint(const plan::Plan& plan, std::string_view name) {
    if (const auto* const found =
            find_if(plan, [name](const plan::Endpoint& one) { return one.name == name; })) {
        return found;
    }
    return find_if(plan, [name](const plan::Endpoint& one) { return title_of(one) == name; });
}

const plan::Endpoint* endpoint_of_id(const plan::Plan& plan, std::string_view id) {
    return find_if(plan, [id](const plan::Endpoint& one) { return id_of(one) == id; });
}

const LiveShadow* find_shadow(const Gateway& gateway, std::string_view id) {
    for (const LiveShadow& one : gateway.shadows()) {
        if (one.shadow->rules->id == id) {
            return &one;
        }
    }
    return nullptr;
}

std::size_t place_of(const plan::Plan& plan, const plan::Endpoint& endpoint) {
    return static_cast<std::size_t>(&endpoint - plan.endpoints.data());
}

std::string url_of(const plan::Host& host) {
    return (host.tls ? "https://" : "http://") + host.authority + host.prefix;
}

}  // namespace aggregator::admin
