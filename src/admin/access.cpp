#include "admin/access.hpp"

#include <algorithm>

#include <aggregator/base/constant_time.hpp>
#include <aggregator/base/text.hpp>

namespace aggregator::admin {

namespace {

constexpr std::string_view kScheme = "Bearer ";

/// `127.0.0.1:8090`, `[::1]:8090`, `localhost`: what no foreign name can be made to mean.
bool is_local_or_literal(std::string_view host) {
    if (host.starts_with('[')) {
        return true;
    }
    const std::string_view name = host.substr(0, host.find(':'));
    const bool digits = name.find_first_not_of("0123456789.") == std::string_view::npos;
    return digits || base::equal_ignoring_case(name, "localhost");
}

bool is_of_a_foreign_page(const http::Request& request) {
    constexpr std::string_view kPlain = "http://";
    const http::Field* const origin = http::find(request.headers, "Origin");
    const bool foreign =
        origin != nullptr &&
        !(origin->value.starts_with(kPlain) &&
          base::equal_ignoring_case(origin->value.substr(kPlain.size()), request.host));
    return foreign || !is_local_or_literal(request.host);
}

}  // namespace

Entry check_access(const http::Request& request, std::string_view token) {
    if (token.empty()) {
        return is_of_a_foreign_page(request) ? Entry::ForeignPage : Entry::Granted;
    }
    const http::Field* const field = http::find(request.headers, "Authorization");
    const std::string_view value = field == nullptr ? std::string_view() : field->value;
    if (!base::equal_ignoring_case(value.substr(0, kScheme.size()), kScheme)) {
        return Entry::TokenMissing;
    }
    const std::string_view given = base::trim(value.substr(kScheme.size()));
    return base::equal_in_constant_time(given, token) ? Entry::Granted : Entry::TokenWrong;
}

}  // namespace aggregator::admin
