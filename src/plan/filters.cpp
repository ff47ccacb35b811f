#include "plan/filters.hpp"

#include <algorithm>
#include <set>

#include "plan/fields.hpp"
#include "plan/names.hpp"

namespace aggregator::plan {

namespace {

using Names = std::vector<std::string>;

constexpr std::string_view kEverything = "*";

Names canonical(const Names& names) {
    Names made;
    std::transform(names.begin(), names.end(), std::back_inserter(made),
                   [](const std::string& name) { return canonical_name(name); });
    return made;
}

/// `"*"` means everything at the endpoint and nothing at the backend.
Filter narrow(const Names& endpoint, const Names& backend) {
    Filter filter;
    const bool all = contains(endpoint, kEverything);
    filter.all = all && backend.empty();
    if (filter.all) {
        return filter;
    }
    const std::set<std::string_view> entering(endpoint.begin(), endpoint.end());
    std::set<std::string_view> taken{kEverything};
    for (const std::string& name : backend.empty() ? endpoint : backend) {
        if ((all || entering.contains(name)) && taken.insert(name).second) {
            filter.names.push_back(name);
        }
    }
    return filter;
}

}  // namespace

void compile_filters(const config::EndpointConfig& endpoint, const config::BackendConfig& config,
                     Backend& backend) {
    const Names entering =
        endpoint.input_headers.empty() ? Names{"Content-Type"} : canonical(endpoint.input_headers);
    const Names listed = canonical(config.input_headers);
    backend.headers = narrow(entering, listed);
    std::erase_if(backend.headers.names,
                  [](const std::string& name) { return name.empty() || ends_here(name); });
    backend.queries = narrow(endpoint.input_query_strings, config.input_query_strings);

    const auto leaves = [&](std::string_view name) {
        return listed.empty() || contains(listed, name);
    };
    backend.sees_user_agent = contains(entering, kEverything) || contains(entering, kUserAgent);
    backend.adds_user_agent = leaves(kUserAgent);
    backend.adds_forwarded_via = backend.sees_user_agent && leaves(kForwardedVia);
    backend.adds_forwarded_for = leaves(kForwardedFor);
    backend.adds_forwarded_host = leaves(kForwardedHost);
}

}  // namespace aggregator::plan
