#include "lint/meaning.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/base/text.hpp>

namespace aggregator::lint {

namespace {

using Names = std::vector<std::string>;

Names folded(const Names& headers) {
    Names names;
    for (const std::string& header : headers) {
        names.push_back(base::to_lower(header));
    }
    return names;
}

/// Takes the names out whose folded spelling stands in front of them already.
void drop_repeated(Names& names, const Names& spellings) {
    std::set<std::string> seen;
    Names once;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (seen.insert(spellings[i]).second) {
            once.push_back(std::move(names[i]));
        }
    }
    names = std::move(once);
}

template <typename T>
void drop_repeated(T& object) {
    drop_repeated(object.input_headers, folded(object.input_headers));
    drop_repeated(object.input_query_strings, Names(object.input_query_strings));
}

config::ServiceConfig without_repeated(config::ServiceConfig service) {
    for (config::EndpointConfig& endpoint : service.endpoints) {
        drop_repeated(endpoint);
        for (config::BackendConfig& backend : endpoint.backends) {
            drop_repeated(backend);
        }
    }
    return service;
}

}  // namespace

bool mean_the_same(const config::ServiceConfig& a, const config::ServiceConfig& b) {
    return without_repeated(a) == without_repeated(b);
}

}  // namespace aggregator::lint
