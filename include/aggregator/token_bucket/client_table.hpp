#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <aggregator/base/loop.hpp>
#include <aggregator/token_bucket/bucket.hpp>
#include <aggregator/token_bucket/keyed_hash.hpp>

namespace aggregator::token_bucket {

/// A bucket for each client, by a key of any length, shared by all threads. Keys are kept as 64-bit
/// hashes with a random key of the table's own, 16 bytes a client, and no client can choose what it
/// shares a slot with. Memory is taken as clients come, in three steps, up to 16 bytes for each of
/// `clients_max`, and is never given back.
///
/// Each client has windows of 8 slots, one in each step and three in the last. When all of them are
/// in use, the bucket that is nearest to full makes room, the one whose loss changes the least:
/// nothing, if it is full.
///
/// Exact and lock-free: a slot is changed as a whole, by one compare-and-swap of 16 bytes, and the
/// choice of a slot for a new client follows from what the slots hold alone. What they hold only
/// grows, as long as no bucket that is not full has to make room: so two threads that bring the
/// same new client at the same time choose the same slot, and one of them finds the other's.
class ClientTable {
public:
    ClientTable(const Rate& rate, std::uint32_t clients_max);
    ~ClientTable();
    ClientTable(const ClientTable&) = delete;
    ClientTable& operator=(const ClientTable&) = delete;

    /// Takes a token out of the client's bucket. From any thread.
    [[nodiscard]] Verdict take(std::string_view client, base::Time now);

    [[nodiscard]] const Rate& rate() const { return rate_; }
    /// Clients that have a slot, idle ones included.
    [[nodiscard]] std::uint64_t clients() const { return clients_.load(std::memory_order_relaxed); }
    /// Buckets that were not full and had to make room.
    [[nodiscard]] std::uint64_t evictions() const {
        return evictions_.load(std::memory_order_relaxed);
    }
    /// What the steps that are in use take.
    [[nodiscard]] std::size_t bytes() const;

private:
    static constexpr std::size_t kSteps = 3;

    /// Slots that were taken at once.
    struct Step {
        std::uint64_t windows = 0;
        std::atomic<std::byte*> memory{nullptr};  ///< null: not taken yet
    };
    struct Search;

    [[nodiscard]] Search search(std::uint64_t client);
    void take_memory(Step& step);

    Rate rate_;
    HashKey key_;
    std::array<Step, kSteps> steps_;
    std::atomic<std::uint64_t> clients_{0};
    std::atomic<std::uint64_t> evictions_{0};
};

}  // namespace aggregator::token_bucket
