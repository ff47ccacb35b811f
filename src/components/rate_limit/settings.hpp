#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <aggregator/reading/component.hpp>
#include <aggregator/reading/value.hpp>
#include <aggregator/token_bucket/bucket.hpp>

namespace aggregator::components {

/// By what clients are told apart.
enum class Strategy : std::uint8_t { None, Ip, Header, Param, Cookie, Query, Claim, ApiKey };

/// One limit: for all clients together, for each client, or both.
struct LimitSettings final : reading::Settings {
    enum class Missing : std::uint8_t { Reject, Ip, Shared };
    enum class Headers : std::uint8_t { Refused, Always, Off };

    std::optional<token_bucket::Rate> common;
    std::optional<token_bucket::Rate> client;
    Strategy strategy = Strategy::None;
    std::string key;                       ///< of a header, parameter, cookie or claim; else empty
    Missing on_missing = Missing::Reject;  ///< what is done with requests without that
    Headers headers = Headers::Refused;    ///< which replies tell the state of the limit
    std::uint32_t ipv6_prefix = 64;        ///< bits of an IPv6 address that are one client
    std::uint32_t clients_max = 1U << 20U;
};

/// `qos/ratelimit/tiered`: which limit a request falls under follows from a header.
struct TierSettings final : reading::Settings {
    struct Tier {
        std::string value;  ///< what the header says; of any: `*`
        bool any = false;
        std::uint32_t element = 0;  ///< its node in the file
        std::shared_ptr<const LimitSettings> limit;
    };
    std::string header;
    std::vector<Tier> tiers;  ///< the first one that fits counts
    bool rejects_others = false;
};

/// Reads the keys of `qos/ratelimit/router`, `/service` and `/proxy`.
[[nodiscard]] std::shared_ptr<const reading::Settings> read_router_limit(
    const reading::Value& value);
[[nodiscard]] std::shared_ptr<const reading::Settings> read_service_limit(
    const reading::Value& value);
[[nodiscard]] std::shared_ptr<const reading::Settings> read_proxy_limit(
    const reading::Value& value);
/// Reads the limit of a tier; null if it is no object.
[[nodiscard]] std::shared_ptr<const LimitSettings> read_limit_of_tier(const reading::Value& value);
/// Reads the keys of `qos/ratelimit/tiered`.
[[nodiscard]] std::shared_ptr<const reading::Settings> read_tiers(const reading::Value& value);

/// Reports a limit whose strategy asks for what the endpoint does not have: a parameter of its
/// path, or a component that finds out who the client is.
void check_router_limit(const reading::Value& value, const reading::Settings& settings,
                        const reading::Beside& beside);
void check_tiers(const reading::Value& value, const reading::Settings& settings,
                 const reading::Beside& beside);

/// The place of a parameter among those of a path; nothing if the path does not have it.
[[nodiscard]] std::optional<std::size_t> param_of(std::string_view path, std::string_view name);

}  // namespace aggregator::components
