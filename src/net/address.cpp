#include "net/address.hpp"

#include <algorithm>

#include <arpa/inet.h>

namespace aggregator::net {
namespace {

constexpr Address kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::size_t kV4At = 12;

bool is_v4(const Address& address) {
    return std::equal(address.begin(), address.begin() + kV4At, kMapped.begin());
}

/// All bytes but the last `left` are 0.
bool is_zero_but(const Address& address, std::size_t left) {
    return std::all_of(address.begin(), address.end() - static_cast<std::ptrdiff_t>(left),
                       [](std::uint8_t byte) { return byte == 0; });
}

/// What an IPv4-compatible address (::127.0.0.1) stands for; any other one as it is.
Address plain(Address address) {
    if (is_zero_but(address, 4) && !is_zero_but(address, 1)) {
        std::copy_n(kMapped.begin(), kV4At, address.begin());
    }
    return address;
}

tl::unexpected<base::Error> refused(const std::string& address, std::uint16_t port,
                                    std::string_view why) {
    return base::fail(base::Code::BadRedirect, "cannot follow a redirect to " + address + " port " +
                                                   std::to_string(port) + ": " + std::string(why));
}

constexpr std::string_view kManagement = "the management interface listens there";

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
    const std::string literal(text.substr(0, text.find('%')));
    Address address{};
    if (inet_pton(AF_INET6, literal.c_str(), address.data()) == 1) {
        return address;
    }
    in_addr v4{};
    if (literal.empty() || inet_aton(literal.c_str(), &v4) == 0) {
        return std::nullopt;
    }
    address = kMapped;
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(&v4.s_addr);
    std::copy_n(bytes, 4, address.begin() + kV4At);
    return address;
}

bool is_loopback(const Address& given) {
    const Address address = plain(given);
    return is_v4(address) ? address[kV4At] == 127 : is_zero_but(address, 1) && address.back() == 1;
}

bool is_unspecified(const Address& address) {
    return is_zero_but(address, 0) ||
           (is_v4(address) &&
            std::all_of(address.begin() + kV4At, address.end(), [](auto b) { return b == 0; }));
}

bool is_near(const Address& given) {
    const Address address = plain(given);
    if (is_loopback(address) || is_unspecified(address)) {
        return true;
    }
    if (is_v4(address)) {
        return address[kV4At] == 0 || (address[kV4At] == 169 && address[kV4At + 1] == 254);
    }
    return address[0] == 0xFE && (address[1] & 0xC0) == 0x80;
}

base::Result<void> RedirectGuard::check(const Addresses& addresses, std::uint16_t port) const {
    for (const std::string& text : addresses) {
        const auto address = parse_address(text);
        if (!address) {
            return refused(text, port, "it is no address");
        }
        const bool here = is_loopback(*address) || is_unspecified(*address);
        if (forbidden && port == forbidden->port &&
            (*address == forbidden->address ||
             (here && (is_loopback(forbidden->address) || is_unspecified(forbidden->address))))) {
            return refused(text, port, kManagement);
        }
        if (from_afar && is_near(*address)) {
            return refused(text, port,
                           "it is a loopback or link-local address, and the host that redirects "
                           "is not");
        }
    }
    return {};
}

base::Result<void> RedirectGuard::check_ends(const std::string& own, const std::string& peer,
                                             std::uint16_t port) const {
    if (forbidden && port == forbidden->port && own == peer && is_unspecified(forbidden->address)) {
        return refused(peer, port, kManagement);
    }
    return check({peer}, port);
}

}  // namespace aggregator::net
