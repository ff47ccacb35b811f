#pragma once

#include <atomic>
#include <bit>
#include <cstdint>

#include <aggregator/token_bucket/bucket.hpp>

namespace aggregator::token_bucket {

/// A client's bucket in a ClientTable: 16 bytes that are changed as a whole. All of zeros: nobody
/// has it yet, and nobody ever will again once it is somebody's.
struct alignas(16) Slot {
    std::uint64_t client = 0;   ///< hash of its key, never 0
    std::uint64_t full_at = 0;  ///< a FullAt

    friend bool operator==(const Slot&, const Slot&) = default;
};

/// What the slot holds at one moment: its halves are read one by one, and once more if somebody
/// else got it meanwhile.
[[nodiscard]] inline Slot load(Slot& slot) {
    const std::atomic_ref<std::uint64_t> client(slot.client);
    const std::atomic_ref<std::uint64_t> full_at(slot.full_at);
    Slot seen{client.load(std::memory_order_acquire), 0};
    for (;;) {
        seen.full_at = full_at.load(std::memory_order_acquire);
        const std::uint64_t again = client.load(std::memory_order_acquire);
        if (again == seen.client) {
            return seen;
        }
        seen.client = again;
    }
}

/// Puts `wanted` there if the slot still holds `seen`. The processor's own instruction for 16
/// bytes: std::atomic would call a library for it, which may take a lock.
[[nodiscard]] inline bool exchange(Slot& slot, const Slot& seen, const Slot& wanted) {
    __extension__ using Word [[gnu::may_alias]] = unsigned __int128;
    return __sync_bool_compare_and_swap(reinterpret_cast<Word*>(&slot), std::bit_cast<Word>(seen),
                                        std::bit_cast<Word>(wanted));
}

}  // namespace aggregator::token_bucket
