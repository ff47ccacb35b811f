#include <aggregator/cache/store.hpp>

#include <algorithm>
#include <string>
#include <utility>

#include <aggregator/base/hash.hpp>

namespace aggregator::cache {

namespace {

// How many entries that another worker used meanwhile are passed over.
constexpr int kSecondChances = 8;

/// Of two entries for the same requests: every worker has to come to the same decision.
bool replaces(const Entry& one, const Entry& other) {
    return one.terms().received != other.terms().received
               ? one.terms().received > other.terms().received
               : &one > &other;
}

}  // namespace

Store::Store(const Limits& limits) : limits_(limits) {}

Store::~Store() = default;

Index& Store::index(base::Loop& loop) {
    const std::lock_guard lock(mutex_);
    for (const Member& member : members_) {
        if (member.loop == &loop) {
            return *member.index;
        }
    }
    members_.push_back({&loop, std::make_unique<Index>(*this, loop)});
    return *members_.back().index;
}

void Store::tell_others(const base::Loop* own, const std::function<void(Index&)>& work) {
    const std::lock_guard lock(mutex_);
    for (const Member& member : members_) {
        if (member.loop != own) {
            member.loop->post([work, index = member.index.get()] { work(*index); });
        }
    }
}

std::uint64_t Store::clear() {
    const std::uint64_t entries = account_->entries.load(std::memory_order_relaxed);
    tell_others(nullptr, [](Index& index) { index.clear(); });
    return entries;
}

void Store::remove(base::Loop& own, std::string_view key) {
    index(own).remove(key);
    tell_others(&own, [key = std::string(key)](Index& index) { index.remove(key); });
}

EntryPtr Index::find(std::string_view key, http::Fields request) {
    const auto found = slots_.find(key);
    if (found == slots_.end()) {
        return nullptr;
    }
    for (const Order::iterator node : found->second) {
        if (!node->entry->is_live()) {
            forget_dead(key);
            return find(key, request);
        }
        if (node->entry->fits(request)) {
            const Time now = loop_.now();
            node->used = now;
            node->entry->touch(now);
            order_.splice(order_.begin(), order_, node);
            return node->entry;
        }
    }
    return nullptr;
}

bool Index::put(const std::shared_ptr<Entry>& entry, std::uint64_t mark) {
    if (entry->body()->size() > store_.limits_.entry_bytes_max ||
        entry->bytes() > store_.limits_.bytes_max || removed_at(entry->key()) > mark) {
        return false;
    }
    forget_dead(entry->key());
    while (!has_room_for(*entry)) {
        if (!evict_one()) {
            return false;
        }
    }
    entry->count_in(store_.account_);
    adopt(entry);
    store_.tell_others(&loop_, [shared = EntryPtr(entry)](Index& other) { other.adopt(shared); });
    return true;
}

void Index::adopt(const EntryPtr& entry) {
    if (!entry->is_live()) {
        return;
    }
    Slot& slot = slots_[entry->key()];
    for (std::size_t i = 0; i < slot.size(); ++i) {
        const Entry& known = *slot[i]->entry;
        if (known.selectors() == entry->selectors()) {
            if (!replaces(*entry, known)) {
                return entry->retire();
            }
            drop(slot, i);
            break;
        }
    }
    if (slot.size() >= kVariantsMax) {
        const auto oldest = std::min_element(
            slot.begin(), slot.end(), [](auto one, auto other) { return one->used < other->used; });
        drop(slot, static_cast<std::size_t>(oldest - slot.begin()));
    }
    order_.push_front({entry, loop_.now()});
    slot.push_back(order_.begin());
}

void Index::drop(Slot& slot, std::size_t place) {
    const Order::iterator node = slot[place];
    slot.erase(slot.begin() + static_cast<std::ptrdiff_t>(place));
    node->entry->retire();
    order_.erase(node);
}

void Index::forget_dead(std::string_view key) {
    const auto found = slots_.find(key);
    if (found == slots_.end()) {
        return;
    }
    Slot& slot = found->second;
    for (std::size_t i = slot.size(); i-- > 0;) {
        if (!slot[i]->entry->is_live()) {
            drop(slot, i);
        }
    }
    if (slot.empty()) {
        slots_.erase(found);
    }
}

bool Index::evict_one() {
    for (int chances = kSecondChances; !order_.empty(); --chances) {
        Node& last = order_.back();
        if (chances > 0 && last.entry->is_live() && last.entry->used() > last.used) {
            last.used = last.entry->used();
            order_.splice(order_.begin(), order_, std::prev(order_.end()));
            continue;
        }
        const EntryPtr entry = last.entry;
        if (entry->is_live()) {
            store_.account_->evictions.fetch_add(1, std::memory_order_relaxed);
        }
        remove(*entry);
        return true;
    }
    return false;
}

bool Index::has_room_for(const Entry& entry) const {
    const Account& used = store_.account();
    return used.bytes.load(std::memory_order_relaxed) + entry.bytes() <= store_.limits_.bytes_max &&
           used.entries.load(std::memory_order_relaxed) < store_.limits_.entries_max;
}

void Index::remove(std::string_view key) {
    note_removal(key);
    if (const auto found = slots_.find(key); found != slots_.end()) {
        for (const Order::iterator node : found->second) {
            node->entry->retire();
            order_.erase(node);
        }
        slots_.erase(found);
    }
}

void Index::remove(const Entry& entry) {
    entry.retire();
    std::string key = entry.key();  // the entry may go
    forget_dead(key);
    store_.tell_others(&loop_, [key = std::move(key)](Index& other) { other.forget_dead(key); });
}

void Index::clear() {
    cleared_ = ++removals_;
    for (const Node& node : order_) {
        node.entry->retire();
    }
    slots_.clear();
    order_.clear();
}

void Index::note_removal(std::string_view key) {
    removed_[base::hash64(key) % kMemory] = ++removals_;
}

std::uint64_t Index::removed_at(std::string_view key) const {
    return std::max(cleared_, removed_[base::hash64(key) % kMemory]);
}

}  // namespace aggregator::cache
