#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include <aggregator/base/loop.hpp>
#include <aggregator/cache/entry.hpp>
#include <aggregator/cache/flights.hpp>

namespace aggregator::cache {

/// What a store may hold, of the whole process.
struct Limits {
    std::uint64_t bytes_max = 64u << 20;
    std::uint64_t entries_max = 10'000;
    std::uint64_t entry_bytes_max = 8u << 20;  ///< of one answer's body
};

class Index;

/// The stored answers of one backend or endpoint, or of several. An entry exists once; each worker
/// finds it through an index of its own. Safe from any thread, but for what index() returns. Its
/// lock is taken when something is stored or removed, never to find it. Outlives the loops' work.
class Store {
public:
    explicit Store(const Limits& limits);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    /// The index of that loop, made at the first call. Lives as long as the store; it may be used
    /// on the loop's thread alone.
    [[nodiscard]] Index& index(base::Loop& loop);
    [[nodiscard]] const Limits& limits() const { return limits_; }
    [[nodiscard]] const Account& account() const { return *account_; }

    /// Forgets all by the next turn of each loop; how many entries that are.
    std::uint64_t clear();
    /// Removes a key of all loops: of `own`, on whose thread this is called, at once.
    void remove(base::Loop& own, std::string_view key);

private:
    friend class Index;

    struct Member {
        base::Loop* loop;
        std::unique_ptr<Index> index;
    };

    /// Runs `work` with the indexes of all loops but one, on their threads.
    void tell_others(const base::Loop* own, const std::function<void(Index&)>& work);

    Limits limits_;
    std::shared_ptr<Account> account_ = std::make_shared<Account>();
    std::mutex mutex_;
    std::vector<Member> members_;
};

/// What one worker knows of a store: by key the variants of an answer, in the order of their last
/// use. Lives on the loop's thread.
class Index {
public:
    static constexpr std::size_t kVariantsMax = 8;

    Index(Store& store, base::Loop& loop) : store_(store), loop_(loop) {}
    Index(const Index&) = delete;
    Index& operator=(const Index&) = delete;

    /// The stored answer to a request with these fields, fresh or stale; null if there is none.
    [[nodiscard]] EntryPtr find(std::string_view key, http::Fields request);
    /// Whether any variant of that key is stored.
    [[nodiscard]] bool knows(std::string_view key) const { return slots_.contains(key); }

    /// A point in time before an answer is asked for.
    [[nodiscard]] std::uint64_t mark() const { return removals_; }
    /// Stores an answer that was asked for at `mark`, in place of what fits the same requests, and
    /// shows it to the other loops. Makes room first. False if it is too large, or if its key was
    /// removed since.
    bool put(const std::shared_ptr<Entry>& entry, std::uint64_t mark);
    /// All variants of a key; here alone.
    void remove(std::string_view key);
    /// One entry, for all loops.
    void remove(const Entry& entry);
    /// Everything, here alone.
    void clear();

    [[nodiscard]] Flights& flights() { return flights_; }
    [[nodiscard]] base::Loop& loop() { return loop_; }
    [[nodiscard]] std::size_t size() const { return order_.size(); }

private:
    struct Node {
        EntryPtr entry;
        Time used{};
    };
    using Order = std::list<Node>;  // the last used first
    using Slot = std::vector<Order::iterator>;
    static constexpr std::size_t kMemory = 1024;

    void adopt(const EntryPtr& entry);
    void drop(Slot& slot, std::size_t place);
    void forget_dead(std::string_view key);
    /// Retires the entry that was not used for the longest time; false if there is none.
    bool evict_one();
    [[nodiscard]] bool has_room_for(const Entry& entry) const;
    void note_removal(std::string_view key);
    [[nodiscard]] std::uint64_t removed_at(std::string_view key) const;

    Store& store_;
    base::Loop& loop_;
    ByKey<Slot> slots_;
    Order order_;
    Flights flights_;
    std::uint64_t removals_ = 0;                    // counts them
    std::uint64_t cleared_ = 0;                     // the count at the last clear()
    std::array<std::uint64_t, kMemory> removed_{};  // the count, by the last bits of a key's hash
};

}  // namespace aggregator::cache
