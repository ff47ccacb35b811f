#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/reading/component.hpp>
#include <aggregator/reading/value.hpp>

#include "components/api_keys/key_hash.hpp"

namespace aggregator::components {

/// Where a request has its key.
enum class KeyPlace : std::uint8_t { Header, Query };

/// `auth/api-keys` of the service: the keys that there are.
struct DeclaredKeys final : reading::Settings {
    struct Key {
        std::string stored;
        std::vector<std::string> roles;
    };
    static constexpr std::size_t kKeysMax = 100'000;

    std::vector<Key> keys;
    KeyHash hash = KeyHash::Plain;
    std::string salt;
    KeyPlace place = KeyPlace::Header;
    std::string identifier;      ///< of the header or query string; empty: the place's own
    std::string propagate_role;  ///< a header for backends; empty: none

    [[nodiscard]] bool has_role(std::string_view role) const;
};

/// `auth/api-keys` of an endpoint: which of them it lets in.
struct AskedKeys final : reading::Settings {
    std::vector<std::string> roles;  ///< any of them will do
    bool any = false;                ///< `ANY` or `*` is among them: every key that there is
    double client_max_rate = 0;      ///< a second and key; 0: no limit
    std::optional<KeyPlace> place;
    std::string identifier;

    [[nodiscard]] KeyPlace place_beside(const DeclaredKeys& declared) const;
    [[nodiscard]] std::string identifier_beside(const DeclaredKeys& declared) const;
};

[[nodiscard]] std::shared_ptr<const reading::Settings> read_declared_keys(
    const reading::Value& value);
[[nodiscard]] std::shared_ptr<const reading::Settings> read_asked_keys(const reading::Value& value);

}  // namespace aggregator::components
