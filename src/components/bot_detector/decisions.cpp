#include "components/bot_detector/decisions.hpp"

#include <bit>

#include <aggregator/base/hash.hpp>

namespace aggregator::components {

Decisions::Decisions(std::uint32_t capacity, std::uint64_t seed)
    : capacity_(capacity), seed_(seed), buckets_(std::bit_ceil(capacity), kNone) {}

Decisions::Index Decisions::bucket_of(std::string_view name) const {
    return static_cast<Index>(base::hash64(name, seed_) & (buckets_.size() - 1));
}

std::optional<Decisions::Verdict> Decisions::find(std::string_view name) {
    if (entries_.empty() || name.size() > kNameBytesMax) {
        return std::nullopt;
    }
    Index at = buckets_[bucket_of(name)];
    while (at != kNone && entries_[at].name != name) {
        at = entries_[at].next_alike;
    }
    if (at == kNone) {
        return std::nullopt;
    }
    if (at != newest_) {
        unlink(at);
        link_newest(at);
    }
    return entries_[at].verdict;
}

void Decisions::remember(std::string_view name, Verdict verdict) {
    if (capacity_ == 0 || name.size() > kNameBytesMax) {
        return;
    }
    Index at = static_cast<Index>(entries_.size());
    if (entries_.size() < capacity_) {
        entries_.emplace_back();
    } else {
        at = evicted();
    }
    Entry& entry = entries_[at];
    entry.name = name;
    entry.verdict = verdict;
    entry.bucket = bucket_of(name);
    entry.next_alike = buckets_[entry.bucket];
    buckets_[entry.bucket] = at;
    link_newest(at);
}

void Decisions::link_newest(Index index) {
    entries_[index].newer = kNone;
    entries_[index].older = newest_;
    (newest_ == kNone ? oldest_ : entries_[newest_].newer) = index;
    newest_ = index;
}

void Decisions::unlink(Index index) {
    const Entry& entry = entries_[index];
    (entry.newer == kNone ? newest_ : entries_[entry.newer].older) = entry.older;
    (entry.older == kNone ? oldest_ : entries_[entry.older].newer) = entry.newer;
}

Decisions::Index Decisions::evicted() {
    const Index index = oldest_;
    unlink(index);
    Index* link = &buckets_[entries_[index].bucket];
    while (*link != index) {
        link = &entries_[*link].next_alike;
    }
    *link = entries_[index].next_alike;
    return index;
}

}  // namespace aggregator::components
