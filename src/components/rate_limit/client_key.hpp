#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <aggregator/http/message.hpp>
#include <aggregator/plan/forward.hpp>
#include <aggregator/plan/plan.hpp>

#include "components/rate_limit/settings.hpp"

namespace aggregator::components {

/// Who sent a request, by the strategy of a limit. Owned by a limit's Service, on its worker's
/// thread.
class ClientKey {
public:
    /// `path` of the endpoint; empty at the service. All are borrowed.
    ClientKey(const LimitSettings& limit, const plan::Plan& plan, std::string_view path);

    /// What the client's bucket is called; nothing if the request is to be refused because it does
    /// not have what the strategy looks at. Names of different kinds never clash: who sends an
    /// address in a header does not get the bucket of that address. Valid until the next call.
    [[nodiscard]] std::optional<std::string_view> of(const http::Request& request);

private:
    [[nodiscard]] std::optional<std::string_view> value_of(const http::Request& request);
    [[nodiscard]] std::optional<std::string_view> in_query(const http::Request& request);
    [[nodiscard]] std::string_view by_address(std::string_view client);

    const LimitSettings& limit_;
    const plan::Plan& plan_;
    std::optional<std::size_t> param_;
    plan::Outgoing query_;  // memory for reading one
    std::string number_;
    std::string made_;
};

/// The value of the cookie of that name, without quotes; nothing if the request has none.
[[nodiscard]] std::optional<std::string_view> cookie_of(http::Fields headers,
                                                        std::string_view name);

}  // namespace aggregator::components
