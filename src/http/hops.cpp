#include <aggregator/http/hops.hpp>

#include <algorithm>
#include <array>

#include <aggregator/base/text.hpp>

namespace aggregator::http {
namespace {

using base::equal_ignoring_case;

constexpr std::string_view kConnection = "Connection";

constexpr std::array<std::string_view, 9> kHopByHop{kConnection,
                                                    "Keep-Alive",
                                                    "Proxy-Connection",
                                                    "Proxy-Authenticate",
                                                    "Proxy-Authorization",
                                                    "TE",
                                                    "Trailer",
                                                    "Transfer-Encoding",
                                                    "Upgrade"};

/// Nobody needs more; a longer list is taken to name everything, so that it cannot cost time.
constexpr std::size_t kOptionsMax = 32;

/// Whether `wanted` holds for an option of a Connection field.
template <typename Wanted>
bool any_option(Fields headers, const Wanted& wanted) {
    std::size_t seen = 0;
    for (const Field& field : headers) {
        if (field.name.size() != kConnection.size() ||
            !equal_ignoring_case(field.name, kConnection)) {
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

bool is_hop_by_hop(std::string_view name) {
    return std::any_of(kHopByHop.begin(), kHopByHop.end(), [name](std::string_view hop) {
        return hop.size() == name.size() && equal_ignoring_case(hop, name);
    });
}

bool names_hops(Fields headers) {
    return any_option(headers, [](std::string_view option) {
        return !option.empty() && !equal_ignoring_case(option, "close") && !is_hop_by_hop(option);
    });
}

bool is_named_hop(Fields headers, std::string_view name) {
    return any_option(
        headers, [name](std::string_view option) { return equal_ignoring_case(option, name); });
}

}  // namespace aggregator::http
