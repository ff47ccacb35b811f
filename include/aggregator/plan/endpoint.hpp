#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/http/message.hpp>
#include <aggregator/plan/backend.hpp>

namespace aggregator::plan {

enum class Output : std::uint8_t { Json, JsonCollection, String, Xml, Yaml, Negotiate, NoOp };

/// Root members that are put over a reply's own, and when.
struct Static {
    using Strategy = config::StaticConfig::Strategy;
    Strategy strategy = Strategy::Always;
    /// Finished JSON strings with their quotes, and compact values.
    std::vector<std::pair<std::string, std::string>> members;
};

/// Which bodies of requests an endpoint takes: one that several calls need is held in memory.
struct BodyRule {
    static constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t whole_max = kAny;     ///< bytes of one that is in memory when the request comes
    std::uint64_t streamed_max = kAny;  ///< of one that is still on its way, if its length is known
    [[nodiscard]] bool takes(const http::Request& request) const;
};

struct Endpoint {
    std::uint32_t number = 0;  ///< its place among Plan::endpoints
    std::string name;          ///< extra_config.router.name; empty if it has none
    std::string pattern;       ///< the path as configured
    std::string method;
    Duration timeout{};
    std::string cache_control;  ///< the header's value; empty: none
    Output output = Output::Json;
    BodyRule bodies;
    bool sequential = false;  ///< backends are asked one after the other
    Flatmap flatmap;          ///< of the merged answer; empty unless there are two backends
    std::optional<Static> fixed;
    /// Claims of the client's token whose values `url_pattern`s use: whoever verifies the token
    /// adds them to the values that the route captured, in this order.
    std::vector<std::string> claims;
    bool has_params = false;        ///< its path captures values, which the router has to check
    std::vector<Backend> backends;  ///< the regular ones, in the order of the configuration
    std::vector<Backend> shadows;
    std::vector<reading::InForce> components;
};

}  // namespace aggregator::plan
