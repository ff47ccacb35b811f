#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/jose/key_set.hpp>
#include <aggregator/plan/host.hpp>
#include <aggregator/reading/component.hpp>
#include <aggregator/reading/typing.hpp>
#include <aggregator/reading/value.hpp>

namespace aggregator::components {

/// By which member of its header a token names its key.
enum class KeyNaming : std::uint8_t { Kid, X5t, X5tS256, KidThenX5t };

/// How a list is to be met.
enum class Matcher : std::uint8_t { Any, All };

/// Where a key set is fetched.
struct KeyUrl {
    std::string text;
    plan::Host host;
    std::string target;
};

/// How long fetched keys serve, and how often they are fetched.
struct KeyTimes {
    base::Duration lifetime{};  ///< 0: not written
    base::Duration cooldown = std::chrono::seconds(10);
    base::Duration timeout = std::chrono::seconds(5);
    base::Duration stale = std::chrono::hours(24);
};

/// A claim, and the header that it is put into.
struct ClaimHeader {
    std::string claim;
    std::string header;
};

/// `auth/validator` of one endpoint.
struct ValidatorSettings final : reading::Settings {
    jose::Algorithm algorithm = jose::Algorithm::Rs256;
    std::vector<KeyUrl> urls;                    ///< empty: keys come from a file
    std::shared_ptr<const jose::KeySet> keys{};  ///< of that file
    KeyTimes times;
    KeyNaming naming = KeyNaming::Kid;
    std::vector<std::string> audience;
    Matcher audience_matcher = Matcher::All;
    std::string issuer;
    base::Duration leeway = std::chrono::seconds(1);
    std::vector<std::string> roles;
    std::string roles_key = "roles";
    std::vector<std::string> scopes;
    std::string scopes_key;
    Matcher scopes_matcher = Matcher::Any;
    std::vector<std::string> require_claims;
    std::vector<std::string> token_types;
    std::vector<ClaimHeader> propagate;
    bool preserves_arrays = false;
    std::string header = "Authorization";
    std::string cookie = "access_token";
    std::uint32_t token_cache = 1000;
    std::string log_claim;
    bool logs_reasons = false;
};

/// The service's.
struct SharedValidatorSettings final : reading::Settings {
    base::Duration cache_duration = std::chrono::seconds(900);
};

[[nodiscard]] std::shared_ptr<const reading::Settings> read_validator(const reading::Value& value);
[[nodiscard]] std::shared_ptr<const reading::Settings> read_shared_validator(
    const reading::Value& value);

}  // namespace aggregator::components
