#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <aggregator/base/error.hpp>
#include <aggregator/net/resolver.hpp>

namespace aggregator::net {

/// A literal address: 16 bytes, an IPv4 one in its IPv4-mapped form.
using Address = std::array<std::uint8_t, 16>;

/// Reads every spelling that the system connects to: `127.1`, `2130706433` and `0x7f000001` are
/// 127.0.0.1. A zone (`%eth0`) is left out. Nothing if the text is a name.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

/// 127.0.0.0/8 and ::1.
[[nodiscard]] bool is_loopback(const Address& address);
/// Loopback, link-local (169.254.0.0/16, fe80::/10), and the unspecified addresses 0.0.0.0/8 and
/// ::, which lead to this machine: what a redirect from elsewhere must not reach.
[[nodiscard]] bool is_near(const Address& address);
/// 0.0.0.0 and ::
[[nodiscard]] bool is_unspecified(const Address& address);

/// Where somebody listens whom no redirect may reach: the management interface.
struct ForbiddenListener {
    Address address{};
    std::uint16_t port = 0;
};

/// What a connection that a redirect asks for has to keep to. Checked on addresses, after names
/// were resolved, so that a name cannot lead where its address may not.
struct RedirectGuard {
    bool from_afar = false;  ///< the host that redirects is neither loopback nor link-local
    std::optional<ForbiddenListener> forbidden{};

    /// Fails with BadRedirect if one of the addresses, text, may not be connected to.
    [[nodiscard]] base::Result<void> check(const Addresses& addresses, std::uint16_t port) const;
    /// The same for a connection whose two ends are known: both have the same address if it leads
    /// to this machine.
    [[nodiscard]] base::Result<void> check_ends(const std::string& own, const std::string& peer,
                                                std::uint16_t port) const;
};

}  // namespace aggregator::net
