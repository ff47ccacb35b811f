#include <aggregator/plan/address_set.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include <aggregator/base/assert.hpp>
#include <aggregator/base/text.hpp>

namespace aggregator::plan {

namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr int kBits = 128;
constexpr int kHalf = 64;
constexpr int kMappedBits = 96;  // in front of an IPv4 address in its IPv4-mapped form
constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

struct Address {
    AddressBits bits;
    bool written_v4 = false;
};

std::uint64_t half_of(const Bytes& bytes, std::size_t from) {
    std::uint64_t half = 0;
    for (std::size_t i = from; i < from + sizeof half; ++i) {
        half = half << 8 | bytes.at(i);
    }
    return half;
}

std::optional<Address> parse_address(std::string_view text) {
    char terminated[INET6_ADDRSTRLEN];
    if (text.size() >= sizeof terminated || text.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    *std::copy(text.begin(), text.end(), terminated) = '\0';
    const bool v4 = text.find(':') == std::string_view::npos;
    Bytes bytes{};
    auto* at = bytes.data();
    if (v4) {
        at = std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), at);
    }
    if (inet_pton(v4 ? AF_INET : AF_INET6, terminated, at) != 1) {
        return std::nullopt;
    }
    return Address{{half_of(bytes, 0), half_of(bytes, sizeof(std::uint64_t))}, v4};
}

bool is_mapped(const AddressBits& bits) { return bits.high == 0 && bits.low >> 32 == 0xffff; }

/// What the last `count` bits of a half can be; `count` may be out of the half.
std::uint64_t last_bits(int count) {
    if (count <= 0) {
        return 0;
    }
    return count >= kHalf ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

/// The range in `ranges` that holds all of `wanted`, if there is one.
bool any_holds(const std::vector<AddressRange>& ranges, const AddressRange& wanted) {
    const auto behind = std::upper_bound(
        ranges.begin(), ranges.end(), wanted.first,
        [](const AddressBits& bits, const AddressRange& range) { return bits < range.first; });
    return behind != ranges.begin() && (behind - 1)->holds(wanted);
}

/// Of networks, two that share an address are one within the other.
void sort_and_merge(std::vector<AddressRange>& ranges) {
    std::sort(ranges.begin(), ranges.end(), [](const AddressRange& a, const AddressRange& b) {
        return a.first != b.first ? a.first < b.first : b.last < a.last;
    });
    std::size_t kept = 0;
    for (const AddressRange& range : ranges) {
        if (kept == 0 || !ranges[kept - 1].holds(range)) {
            ranges[kept++] = range;
        }
    }
    ranges.resize(kept);
    ranges.shrink_to_fit();
}

}  // namespace

std::optional<Network> parse_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::optional<Address> address = parse_address(text.substr(0, slash));
    if (!address) {
        return std::nullopt;
    }
    int bits = kBits;
    if (slash != std::string_view::npos) {
        const int first = address->written_v4 ? kMappedBits : 0;
        const auto written = base::parse_decimal(text.substr(slash + 1));
        if (!written || *written > static_cast<std::uint64_t>(kBits - first)) {
            return std::nullopt;
        }
        bits = first + static_cast<int>(*written);
    }
    const AddressBits host{last_bits(kBits - bits - kHalf), last_bits(kBits - bits)};
    const AddressBits& all = address->bits;
    return Network{
        .range = {{all.high & ~host.high, all.low & ~host.low},
                  {all.high | host.high, all.low | host.low}},
        .is_v4 = bits >= kMappedBits && is_mapped(all),
        .has_host = (all.high & host.high) != 0 || (all.low & host.low) != 0,
    };
}

bool AddressSet::add(std::string_view network) {
    const std::optional<Network> parsed = parse_network(network);
    if (parsed) {
        add(*parsed);
    }
    return parsed.has_value();
}

void AddressSet::add(const Network& network) {
    (network.is_v4 ? v4_ : v6_).push_back(network.range);
    closed_ = false;
}

void AddressSet::close() {
    sort_and_merge(v4_);
    sort_and_merge(v6_);
    closed_ = true;
}

bool AddressSet::contains(std::string_view text) const {
    AGG_ASSERT(closed_);
    const std::optional<Address> address = parse_address(text.substr(0, text.find('%')));
    return address &&
           any_holds(is_mapped(address->bits) ? v4_ : v6_, {address->bits, address->bits});
}

bool AddressSet::contains(const Network& network) const {
    AGG_ASSERT(closed_);
    return any_holds(network.is_v4 ? v4_ : v6_, network.range);
}

bool is_address(std::string_view text) { return parse_address(text).has_value(); }

}  // namespace aggregator::plan
