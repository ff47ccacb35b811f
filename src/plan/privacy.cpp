#include <aggregator/plan/privacy.hpp>

#include <algorithm>

#include "plan/fields.hpp"

namespace aggregator::plan {

namespace {

bool lets_in(const Filter& headers, std::string_view name) {
    return !ends_here(name) &&
           (headers.all || std::any_of(headers.names.begin(), headers.names.end(),
                                       [name](const auto& one) { return same_name(one, name); }));
}

}  // namespace

std::string_view forwarded_credential(const std::vector<Backend>& backends,
                                      const std::vector<std::string>& credentials) {
    for (const std::string& name : credentials) {
        if (std::any_of(backends.begin(), backends.end(),
                        [&name](const auto& one) { return lets_in(one.headers, name); })) {
            return name;
        }
    }
    return {};
}

}  // namespace aggregator::plan
