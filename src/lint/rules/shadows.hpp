#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "lint/rules/answers.hpp"

/// What the rules about shadows have in common.
namespace aggregator::lint {

/// A shadow of an endpoint.
struct Shadow {
    const config::EndpointConfig& endpoint;
    const config::BackendConfig& backend;
    const config::ShadowConfig& config;  ///< of the backend
    const plan::Backend* plan;           ///< null if the service could not be compiled
};

/// Its plan; null if there is none.
[[nodiscard]] const plan::Backend* plan_of(const Subject& subject, std::size_t endpoint,
                                           std::size_t backend);

/// Calls `visit(shadow)` for each shadow of each endpoint.
template <typename Visit>
void for_each_shadow(const Subject& subject, const Visit& visit) {
    const auto& endpoints = subject.service.endpoints;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        for (std::size_t j = 0; j < endpoints[i].backends.size(); ++j) {
            const config::BackendConfig& backend = endpoints[i].backends[j];
            if (backend.shadow) {
                visit(Shadow{endpoints[i], backend, backend.shadow_rules, plan_of(subject, i, j)});
            }
        }
    }
}

/// "the shadow `v2` of `GET /users`"
[[nodiscard]] std::string title_of(const Shadow& shadow);

/// Why a shadow never gets a copy, and the key of `proxy/shadow` that has it so.
struct NoCopies {
    std::string_view key;
    std::string why;
};
/// Nothing if it can get one.
[[nodiscard]] std::optional<NoCopies> no_copies(const Subject& subject, const Shadow& shadow);

/// Where a key of `proxy/shadow` is written that counts for the shadow, `limits.max_body`: at the
/// shadow, or in the service's `defaults`; the shadow itself if it is nowhere.
struct ShadowSpot {
    Source source;
    std::string_view key;
};
[[nodiscard]] ShadowSpot spot_of(const Subject& subject, const Shadow& shadow,
                                 std::string_view key);

/// Findings about shadows. What many of them inherit from one place is told once.
class ShadowFindings {
public:
    explicit ShadowFindings(Findings& findings) : findings_(findings) {}

    /// The message is the shadow's title between two texts.
    struct Text {
        std::string before;
        std::string after;
        std::string hint;
    };
    void add(const ShadowSpot& spot, const Shadow& shadow, Text text);
    /// Tells all.
    void close();

private:
    using Cause = std::tuple<const json::Node*, std::string_view, std::string, std::string>;
    struct Group {
        ShadowSpot spot;
        std::string title;  ///< of the first shadow
        Text text;
        std::size_t count = 0;
    };

    Findings& findings_;
    std::map<Cause, Group> groups_;
};

}  // namespace aggregator::lint
