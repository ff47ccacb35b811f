#include "components/api_keys/key_table.hpp"

#include <aggregator/base/constant_time.hpp>

namespace aggregator::components {

KeyTable::KeyTable(const DeclaredKeys& declared)
    : declared_(declared), secret_(token_bucket::HashKey::random()) {
    for (std::uint32_t i = 0; i < declared.keys.size(); ++i) {
        places_.emplace(token_bucket::keyed_hash(declared.keys[i].stored, secret_), i);
    }
}

std::optional<std::uint32_t> KeyTable::find(std::string_view key) const {
    const std::string stored = stored_key(declared_.hash, declared_.salt, key);
    const auto [first, last] = places_.equal_range(token_bucket::keyed_hash(stored, secret_));
    for (auto place = first; place != last; ++place) {
        if (base::equal_in_constant_time(stored, declared_.keys[place->second].stored)) {
            return place->second;
        }
    }
    return std::nullopt;
}

}  // namespace aggregator::components
