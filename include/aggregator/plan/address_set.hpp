#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace aggregator::plan {

/// A set of IP networks, for trusted proxies. Immutable after the configuration was compiled.
class AddressSet {
public:
    /// Adds `address` or `address/bits`, IPv4 or IPv6; false if it is neither. Bits of the address
    /// beyond the network's are ignored.
    [[nodiscard]] bool add(std::string_view network);
    /// Whether the address, in text, is in one of the networks; false for what is not an address.
    /// An IPv4 address is the same as its IPv4-mapped IPv6 form; an IPv6 network as wide as `::/0`
    /// has no IPv4 addresses in it.
    [[nodiscard]] bool contains(std::string_view address) const;
    [[nodiscard]] bool empty() const { return networks_.empty(); }

private:
    struct Network {
        std::array<std::uint8_t, 16> bytes;  ///< IPv4 as IPv4-mapped
        int bits;
    };
    std::vector<Network> networks_;
};

/// Whether the text is a literal IPv4 or IPv6 address, without brackets or zone.
[[nodiscard]] bool is_address(std::string_view text);

}  // namespace aggregator::plan
