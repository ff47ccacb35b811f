#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <aggregator/plan/shadow.hpp>

namespace aggregator::engine {

/// Which headers and query parameters carry a secret, by their names: those that are credentials
/// everywhere or by the service's `credential_headers`, and those whose name speaks of a token, a
/// password, a key or a session. For what is written to the log.
class SecretNames {
public:
    static constexpr std::string_view kMask = "***";

    explicit SecretNames(const config::ServiceSettings& service);

    [[nodiscard]] bool has(std::string_view name) const;
    /// A query string (or a form's body) as it was sent, each secret value replaced by the mask.
    [[nodiscard]] std::string masked_query(std::string_view query) const;
    /// A target with its query masked.
    [[nodiscard]] std::string masked_target(std::string_view target) const;

private:
    std::vector<std::string> credentials_;
};

}  // namespace aggregator::engine
