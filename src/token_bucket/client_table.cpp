#include <aggregator/token_bucket/client_table.hpp>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <aggregator/base/assert.hpp>

#include "token_bucket/slot.hpp"

namespace aggregator::token_bucket {

namespace {

constexpr std::size_t kWindow = 8;  // slots
constexpr std::size_t kWindowBytes = kWindow * sizeof(Slot);
/// Windows of the first two steps: 64 KiB and 1 MiB. The third is all that is left.
constexpr std::uint64_t kFirst = 512;
constexpr std::uint64_t kSecond = 8192;
/// The steps in which a client has its windows, one after the other: three in the last one, so that
/// nearly all of that is filled before a bucket has to make room.
constexpr std::size_t kWindows[] = {0, 1, 2, 2, 2};

/// The slots of the client's window. Another one in each step, for those that share it here must
/// not share it everywhere.
Slot* window_of(std::byte* memory, std::uint64_t windows, std::uint64_t mixed) {
    void* aligned = memory;
    std::size_t space = kWindowBytes * 2;
    aligned = std::align(kWindowBytes, kWindowBytes, aligned, space);
    AGG_ASSERT(aligned != nullptr);
    return static_cast<Slot*>(aligned) + mixed % windows * kWindow;
}

}  // namespace

/// Where a client's bucket is, or the slot that is to become it.
struct ClientTable::Search {
    Slot* slot = nullptr;
    Slot seen{};            ///< what it holds
    Step* grows = nullptr;  ///< without a slot: what has to be taken first
};

ClientTable::ClientTable(const Rate& rate, std::uint32_t clients_max)
    : rate_(rate), key_(HashKey::random()) {
    std::uint64_t windows = (std::uint64_t{std::max(clients_max, 1U)} + kWindow - 1) / kWindow;
    steps_[0].windows = std::min(windows, kFirst);
    windows -= steps_[0].windows;
    steps_[1].windows = std::min(windows, kSecond);
    steps_[2].windows = windows - steps_[1].windows;
}

ClientTable::~ClientTable() {
    for (const Step& step : steps_) {
        std::free(step.memory.load(std::memory_order_relaxed));
    }
}

std::size_t ClientTable::bytes() const {
    std::size_t bytes = 0;
    for (const Step& step : steps_) {
        const bool taken = step.memory.load(std::memory_order_relaxed) != nullptr;
        bytes += taken ? step.windows * kWindowBytes : 0;
    }
    return bytes;
}

void ClientTable::take_memory(Step& step) {
    // Zeros that the system gives page by page, when they are written.
    auto* const memory = static_cast<std::byte*>(std::calloc(step.windows + 1, kWindowBytes));
    if (memory == nullptr) {
        std::abort();
    }
    std::byte* none = nullptr;
    if (!step.memory.compare_exchange_strong(none, memory, std::memory_order_acq_rel)) {
        std::free(memory);  // another thread was faster
    }
}

ClientTable::Search ClientTable::search(std::uint64_t client) {
    Search found;
    std::uint64_t mixed = client;
    for (const std::size_t number : kWindows) {
        Step& step = steps_.at(number);
        if (step.windows == 0) {
            break;
        }
        std::byte* const memory = step.memory.load(std::memory_order_acquire);
        if (memory == nullptr) {
            return {.grows = &step};
        }
        Slot* const window = window_of(memory, step.windows, mixed);
        mixed = mixed >> 20U | mixed << 44U;
        for (Slot* slot = window; slot != window + kWindow; ++slot) {
            const Slot seen = load(*slot);
            // Slots are filled in their order and never emptied: behind an empty one is nothing.
            if (seen.client == client || seen.client == 0) {
                return {.slot = slot, .seen = seen};
            }
            if (found.slot == nullptr || seen.full_at < found.seen.full_at) {
                found = {.slot = slot, .seen = seen};
            }
        }
    }
    return found;
}

Verdict ClientTable::take(std::string_view client, base::Time now) {
    const std::uint64_t hash = std::max<std::uint64_t>(keyed_hash(client, key_), 1);
    for (;;) {
        Search found = search(hash);
        if (found.grows != nullptr) {
            take_memory(*found.grows);
            continue;
        }
        const bool known = found.seen.client == hash;
        const Taken taken = token_bucket::take(
            rate_, known ? static_cast<FullAt>(found.seen.full_at) : FullAt{0}, now);
        if (!taken.verdict.admitted) {
            return taken.verdict;
        }
        const Slot wanted{hash, static_cast<std::uint64_t>(taken.full_at)};
        if (!exchange(*found.slot, found.seen, wanted)) {
            continue;
        }
        if (found.seen.client == 0) {
            clients_.fetch_add(1, std::memory_order_relaxed);
        } else if (!known &&
                   static_cast<FullAt>(found.seen.full_at) > now.time_since_epoch().count()) {
            evictions_.fetch_add(1, std::memory_order_relaxed);
        }
        return taken.verdict;
    }
}

}  // namespace aggregator::token_bucket
