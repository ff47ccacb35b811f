#include <aggregator/plan/address_set.hpp>

#include <arpa/inet.h>

#include <algorithm>

#include <aggregator/base/text.hpp>

namespace aggregator::plan {

namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr int kMappedBits = 96;  // in front of an IPv4 address in its IPv4-mapped form
constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

struct Address {
    Bytes bytes{};
    bool is_v4 = false;  // as written
};

std::optional<Address> parse_address(std::string_view text) {
    char terminated[INET6_ADDRSTRLEN];
    if (text.size() >= sizeof terminated || text.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    *std::copy(text.begin(), text.end(), terminated) = '\0';
    Address address;
    if (inet_pton(AF_INET6, terminated, address.bytes.data()) == 1) {
        return address;
    }
    const auto rest = std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
    address.is_v4 = true;
    return inet_pton(AF_INET, terminated, rest) == 1 ? std::optional(address) : std::nullopt;
}

bool same_bits(const Bytes& a, const Bytes& b, int bits) {
    const auto whole = static_cast<std::size_t>(bits / 8);
    if (!std::equal(a.begin(), a.begin() + bits / 8, b.begin())) {
        return false;
    }
    const int left = bits % 8;
    return left == 0 || ((a[whole] ^ b[whole]) >> (8 - left)) == 0;
}

}  // namespace

bool AddressSet::add(std::string_view network) {
    const std::size_t slash = network.find('/');
    const std::optional<Address> address = parse_address(network.substr(0, slash));
    if (!address) {
        return false;
    }
    const int first = address->is_v4 ? kMappedBits : 0;
    int bits = 128;
    if (slash != std::string_view::npos) {
        const auto written = base::parse_decimal(network.substr(slash + 1));
        if (!written || *written > static_cast<std::uint64_t>(128 - first)) {
            return false;
        }
        bits = first + static_cast<int>(*written);
    }
    networks_.push_back({.bytes = address->bytes, .bits = bits});
    return true;
}

bool AddressSet::contains(std::string_view text) const {
    const std::optional<Address> address = parse_address(text);
    if (!address) {
        return false;
    }
    const bool mapped =
        std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address->bytes.begin());
    return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
        return (!mapped || network.bits >= kMappedBits) &&
               same_bits(network.bytes, address->bytes, network.bits);
    });
}

bool is_address(std::string_view text) { return parse_address(text).has_value(); }

}  // namespace aggregator::plan
