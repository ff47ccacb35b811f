#include "plan/fields.hpp"

#include <algorithm>
#include <array>

#include <aggregator/base/text.hpp>

namespace aggregator::plan {

namespace {

constexpr std::string_view kConnection = "Connection";

constexpr std::array<std::string_view, 16> kEndHere = {kConnection,
                                                       "Keep-Alive",
                                                       "Proxy-Connection",
                                                       "TE",
                                                       "Trailer",
                                                       "Transfer-Encoding",
                                                       "Upgrade",
                                                       "Proxy-Authorization",
                                                       "Proxy-Authenticate",
                                                       "Host",
                                                       "Content-Length",
                                                       "Expect",
                                                       kForwardedFor,
                                                       kForwardedHost,
                                                       kForwardedVia,
                                                       "HTTP2-Settings"};

/// Nobody needs more; a longer list is taken to name everything, so that it cannot cost time.
constexpr std::size_t kOptionsMax = 32;

/// Whether `wanted` holds for an option of a Connection field.
template <typename Wanted>
bool any_option(http::Fields headers, const Wanted& wanted) {
    std::size_t seen = 0;
    for (const http::Field& field : headers) {
        if (!same_name(field.name, kConnection)) {
            continue;
        }
        for (std::size_t from = 0; from <= field.value.size();) {
            const std::size_t end = std::min(field.value.find(',', from), field.value.size());
            if (++seen > kOptionsMax || wanted(base::trim(field.value.substr(from, end - from)))) {
                return true;
            }
            from = end + 1;
        }
    }
    return false;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && base::equal_ignoring_case(a, b);
}

bool ends_here(std::string_view name) {
    return std::any_of(kEndHere.begin(), kEndHere.end(),
                       [name](std::string_view one) { return same_name(one, name); });
}

bool names_hops(http::Fields headers) {
    return any_option(headers, [](std::string_view option) {
        return !option.empty() && !same_name(option, "keep-alive") && !same_name(option, "close") &&
               !ends_here(option);
    });
}

bool is_named_hop(http::Fields headers, std::string_view name) {
    return any_option(headers, [name](std::string_view option) { return same_name(option, name); });
}

std::string canonical_name(std::string_view name) {
    std::string canonical = base::to_lower(name);
    bool first = true;
    for (char& c : canonical) {
        if (first && c >= 'a' && c <= 'z') {
            c = static_cast<char>(c - 'a' + 'A');
        }
        first = c == '-';
    }
    return canonical;
}

}  // namespace aggregator::plan
