#include "components/basic_auth/login_cache.hpp"

#include <string>

namespace aggregator::components {

LoginCache::LoginCache()
    : first_(token_bucket::HashKey::random()), second_(token_bucket::HashKey::random()) {}

LoginCache::Key LoginCache::key_of(std::string_view name, std::string_view password,
                                   std::string_view hash) const {
    std::string text(name);
    text.append(1, ':').append(hash).append(1, ':').append(password);  // the first two have none
    return {token_bucket::keyed_hash(text, first_), token_bucket::keyed_hash(text, second_)};
}

bool LoginCache::has(const Key& key, base::Time now) const {
    const auto found = entries_.find(key);
    return found != entries_.end() && now < found->second;
}

void LoginCache::put(const Key& key, base::Time now) {
    if (entries_.size() >= kEntriesMax) {
        std::erase_if(entries_, [now](const auto& one) { return one.second <= now; });
    }
    if (entries_.size() >= kEntriesMax) {
        entries_.clear();  // each of them costs one more hash
    }
    entries_[key] = now + kLifetime;
}

}  // namespace aggregator::components
