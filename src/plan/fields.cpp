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

constexpr std::string_view kProxy = "Proxy";

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

/// Servers put one character in the place of all that are no letters and digits.
bool poses_as_another(std::string_view name) {
    if (std::all_of(name.begin(), name.end(), is_plain)) {
        return false;
    }
    std::string dashed(name);
    std::replace_if(
        dashed.begin(), dashed.end(), [](char c) { return !is_plain(c); }, '-');
    return ends_here(dashed) || same_name(dashed, kUserAgent) || same_name(dashed, kAcceptEncoding);
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && base::equal_ignoring_case(a, b);
}

bool ends_here(std::string_view name) {
    return http::is_hop_by_hop(name) ||
           std::any_of(kEndHere.begin(), kEndHere.end(),
                       [name](std::string_view one) { return same_name(one, name); });
}

bool passes_unnamed(std::string_view name) {
    return !ends_here(name) && !same_name(name, kProxy) && !poses_as_another(name);
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
