#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/plan/address_set.hpp>
#include <aggregator/reading/component.hpp>
#include <aggregator/reading/value.hpp>

namespace aggregator::components {

/// Which clients are let in.
struct IpSettings final : reading::Settings {
    std::optional<plan::AddressSet> allow;  ///< nobody else is let in
    plan::AddressSet deny;                  ///< never let in, even if they are in `allow`
    /// Whom to believe about a client's address, and in which headers, in the place of the router's
    /// settings.
    std::optional<plan::AddressSet> proxies;
    std::optional<std::vector<std::string>> headers;

    /// Whether the address, in text, is let in. What is no address is not.
    [[nodiscard]] bool admits(std::string_view address) const;
};

/// Reads the keys of `security/ip-filter`, and the lists in its files.
[[nodiscard]] std::shared_ptr<const reading::Settings> read_ip_filter(const reading::Value& value);

/// Reads the keys of `plugin/http-server` and `plugin/req-resp-modifier`. Null if what is allowed
/// to be left out is all that they ask for.
[[nodiscard]] std::shared_ptr<const reading::Settings> read_ip_plugin(const reading::Value& value);

}  // namespace aggregator::components
