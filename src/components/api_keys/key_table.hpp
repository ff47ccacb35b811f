#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include <aggregator/token_bucket/keyed_hash.hpp>

#include "components/api_keys/settings.hpp"

namespace aggregator::components {

/// The declared keys, found by what a client sends. A keyed hash of what is stored leads to one,
/// and the whole is compared: how long that takes says nothing of keys that are nearly right.
class KeyTable {
public:
    explicit KeyTable(const DeclaredKeys& declared);

    /// The number of the key; nothing if there is none.
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view key) const;

private:
    const DeclaredKeys& declared_;
    token_bucket::HashKey secret_;
    std::unordered_multimap<std::uint64_t, std::uint32_t> places_;
};

}  // namespace aggregator::components
