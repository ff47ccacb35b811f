#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/reading/source.hpp>

namespace aggregator::config {

/// `extra_config["proxy/shadow"]` of a backend that is a shadow: which requests it gets a copy of,
/// what the copy looks like, and how much of everything it may use.

/// One element of `sample.when`; all must hold.
struct ShadowConditionConfig {
    enum class Subject : std::uint8_t { Header, Query, Param, Cookie };
    enum class Test : std::uint8_t { Equals, Prefix, Matches, Present, Absent };
    Subject subject = Subject::Header;
    std::string name;  ///< of the header, query string, parameter or cookie
    Test test = Test::Present;
    std::string value;  ///< what it is compared with; of Matches: an RE2 expression

    friend bool operator==(const ShadowConditionConfig&, const ShadowConditionConfig&) = default;
};

/// `sample`.
struct ShadowSampleConfig {
    enum class By : std::uint8_t { Random, Header, Cookie, Query, Param, Ip };
    double percentage = 100;  ///< 0 to 100; 0 is armed: nothing is sent until it is raised
    By by = By::Random;
    std::string by_name;               ///< of all but Random and Ip
    std::optional<std::string> salt;   ///< nothing: the endpoint's path
    std::vector<std::string> methods;  ///< upper case, `safe` written out; empty: all
    std::vector<ShadowConditionConfig> when;
    double max_rate = 0;  ///< copies a second of the process; 0: no limit
    double burst = 0;     ///< 0: as many as a second gives, at least one

    friend bool operator==(const ShadowSampleConfig&, const ShadowSampleConfig&) = default;
};

/// `request`.
struct ShadowRequestConfig {
    enum class Host : std::uint8_t { Target, Keep, Suffix, Literal };
    enum class Credentials : std::uint8_t { Auto, Pass, Strip };
    struct Header {
        std::string name;
        std::string value;  ///< may hold expressions: `{request.id}`

        friend bool operator==(const Header&, const Header&) = default;
    };
    Host host = Host::Target;
    std::string host_literal;
    std::string host_suffix = "-shadow";
    std::string marker = "X-Shadow";  ///< empty: copies are not marked
    std::vector<Header> set;          ///< replaces; a list of `{name, value}` means this
    std::vector<Header> add;
    std::vector<std::string> remove;
    Credentials credentials = Credentials::Auto;
    bool body = true;  ///< false: `none`

    friend bool operator==(const ShadowRequestConfig&, const ShadowRequestConfig&) = default;
};

/// `limits`.
struct ShadowLimitsConfig {
    struct Breaker {
        std::uint32_t errors = 20;
        std::chrono::nanoseconds window = std::chrono::seconds(10);
        std::chrono::nanoseconds cooldown = std::chrono::seconds(30);

        friend bool operator==(const Breaker&, const Breaker&) = default;
    };
    std::uint64_t max_body = 1u << 20;
    std::uint32_t concurrency = 64;  ///< copies in flight, a worker
    std::uint32_t queue = 256;       ///< copies that wait, a worker
    std::uint64_t queue_bytes = 8u << 20;
    std::uint64_t max_response = 1u << 20;  ///< read to the end up to here
    std::optional<Breaker> breaker = Breaker{};

    friend bool operator==(const ShadowLimitsConfig&, const ShadowLimitsConfig&) = default;
};

/// The shadow that the management interface makes; no configured one is called so.
inline constexpr std::string_view kMirrorName = "mirror";

/// The longest deadline of a copy.
inline constexpr auto kShadowTimeoutMax = std::chrono::hours(24);

/// Which copies are told in the log.
enum class ShadowLog : std::uint8_t { Off, Errors, All };

/// The whole namespace, the service's `defaults` applied.
struct ShadowConfig {
    std::string name;  ///< `shadow<index>` if not written; unique in the endpoint
    bool enabled = true;
    ShadowSampleConfig sample;
    ShadowRequestConfig request;
    ShadowLimitsConfig limits;
    bool wait = false;  ///< the client's answer waits for the copy
    ShadowLog log = ShadowLog::Errors;
    /// `expires`, as a time or as a duration from the start of the program; at most one is set.
    std::optional<std::chrono::system_clock::time_point> expires_at;
    std::optional<std::chrono::nanoseconds> expires_after;

    friend bool operator==(const ShadowConfig&, const ShadowConfig&) = default;
};

/// Where that was written.
struct ShadowPlaces {
    /// The namespace; the backend if it is not written. Of the service's: `defaults`.
    reading::Source whole;
    reading::Source by;  ///< the `sample` that has `by`
    std::vector<reading::Source> when;
    /// Of each header the object that has name and value; of an object of texts, that object.
    std::vector<reading::Source> set;
    std::vector<reading::Source> add;

    friend bool operator==(const ShadowPlaces&, const ShadowPlaces&) = default;
};

/// `extra_config["proxy/shadow"]` of the service.
struct ShadowServiceConfig {
    ShadowConfig defaults;
    // Both of the process: the workers share them out among themselves, each has its part.
    std::uint32_t budget_in_flight = 1024;        ///< copies that have not ended
    std::uint64_t budget_bytes = 64u << 20;       ///< of bodies that copies hold
    std::vector<std::string> allowed_hosts;       ///< `name`, `name:port` or `*.name`, lower case
    std::vector<std::string> credential_headers;  ///< besides the usual ones
    std::string instance;                         ///< of the marker; empty: the machine's name

    friend bool operator==(const ShadowServiceConfig&, const ShadowServiceConfig&) = default;
};

}  // namespace aggregator::config
