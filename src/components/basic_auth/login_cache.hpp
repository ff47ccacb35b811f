#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include <aggregator/base/loop.hpp>
#include <aggregator/token_bucket/keyed_hash.hpp>

namespace aggregator::components {

/// Logins that were right not long ago, so that passwords are not hashed for each request. Of them
/// it keeps a keyed hash of 128 bits alone, whose key nobody outside knows. For one thread.
class LoginCache {
public:
    using Key = std::pair<std::uint64_t, std::uint64_t>;
    static constexpr std::chrono::seconds kLifetime{60};
    static constexpr std::size_t kEntriesMax = 1000;

    LoginCache();

    /// `hash` is that of the name: a login is another one once it has changed.
    [[nodiscard]] Key key_of(std::string_view name, std::string_view password,
                             std::string_view hash) const;
    [[nodiscard]] bool has(const Key& key, base::Time now) const;
    void put(const Key& key, base::Time now);
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

private:
    token_bucket::HashKey first_;
    token_bucket::HashKey second_;
    std::map<Key, base::Time> entries_;  // until when they count
};

}  // namespace aggregator::components
