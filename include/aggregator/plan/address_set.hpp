#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace aggregator::plan {

/// 128 bits of an address, in the order in which addresses are counted.
struct AddressBits {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    friend bool operator==(const AddressBits&, const AddressBits&) = default;
    friend bool operator<(const AddressBits& a, const AddressBits& b) {
        return a.high != b.high ? a.high < b.high : a.low < b.low;
    }
    friend bool operator<=(const AddressBits& a, const AddressBits& b) { return !(b < a); }
};

/// A range of addresses, both ends included.
struct AddressRange {
    AddressBits first;
    AddressBits last;
    [[nodiscard]] bool holds(const AddressRange& other) const {
        return first <= other.first && other.last <= last;
    }
};

/// An IP network, or a single address.
struct Network {
    AddressRange range;     ///< IPv4 as IPv4-mapped IPv6
    bool is_v4 = false;     ///< in either form
    bool has_host = false;  ///< it was written with bits beyond the network's, which do not count
};

/// Reads `address` or `address/bits`, IPv4 or IPv6; nothing if it is neither.
[[nodiscard]] std::optional<Network> parse_network(std::string_view text);

/// A set of IP networks. It is filled, closed once, and immutable from then on: then safe from any
/// thread. Looking up takes time with the logarithm of its size.
class AddressSet {
public:
    /// Adds what parse_network() reads; false if it reads nothing.
    [[nodiscard]] bool add(std::string_view network);
    void add(const Network& network);
    /// To be called behind the last add(), and before anything is looked up.
    void close();

    /// Whether the address, in text, is in one of the networks; false for what is not an address.
    /// An IPv4 address is the same as its IPv4-mapped IPv6 form; an IPv6 network as wide as `::/0`
    /// has no IPv4 addresses in it. The zone of an address (`%eth0`) does not count.
    [[nodiscard]] bool contains(std::string_view address) const;
    /// Whether one of the networks holds all of that one.
    [[nodiscard]] bool contains(const Network& network) const;
    [[nodiscard]] bool empty() const { return v4_.empty() && v6_.empty(); }

private:
    /// In their order, none in another, once the set is closed.
    using Ranges = std::vector<AddressRange>;

    Ranges v4_;
    Ranges v6_;
    bool closed_ = true;
};

/// Whether the text is a literal IPv4 or IPv6 address, without brackets or zone.
[[nodiscard]] bool is_address(std::string_view text);

}  // namespace aggregator::plan
