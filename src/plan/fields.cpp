#include "plan/fields.hpp"

#include <algorithm>
#include <array>

#include <aggregator/base/text.hpp>
#include <aggregator/http/hops.hpp>

namespace aggregator::plan {

namespace {

/// Besides the hop-by-hop ones: framing, which each connection has its own of, and what the gateway
/// sets.
constexpr std::array<std::string_view, 7> kEndHere = {
    "Host",         "Content-Length", "Expect",        kForwardedFor,
    kForwardedHost, kForwardedVia,    "HTTP2-Settings"};

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && base::equal_ignoring_case(a, b);
}

bool ends_here(std::string_view name) {
    return http::is_hop_by_hop(name) ||
           std::any_of(kEndHere.begin(), kEndHere.end(),
                       [name](std::string_view one) { return same_name(one, name); });
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
