#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/base/counters.hpp>
#include <aggregator/base/loop.hpp>

namespace aggregator::base {

/// What a peer makes the program wait for, or hold.
enum class HeldKind : std::uint8_t {
    Idle,   ///< a client's connection without a request: a descriptor, and no bytes
    Head,   ///< a request's head that is not complete
    Reply,  ///< a reply that its client has not read
    Body,   ///< a request's body or a backend's answer that is needed as a whole
};
inline constexpr std::size_t kHeldKinds = 4;

/// Lower case, as logs, metrics and counters show it.
[[nodiscard]] std::string_view name_of(HeldKind kind);

class HeldLedger;

/// The bytes that the whole process may hold for its peers: all kinds together, and heads a quarter
/// of it at most. Outlives its ledgers; they are added before their loops run. One atomic write for
/// each 64 KiB that a loop takes or gives back.
class HeldBudget {
public:
    explicit HeldBudget(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}
    HeldBudget(const HeldBudget&) = delete;
    HeldBudget& operator=(const HeldBudget&) = delete;

    void add(HeldLedger& ledger);
    [[nodiscard]] std::uint64_t bytes_max() const { return bytes_max_; }
    /// What all ledgers have reported.
    [[nodiscard]] std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

private:
    friend class HeldLedger;

    std::uint64_t bytes_max_;
    std::atomic<std::uint64_t> bytes_{0};
    std::atomic<std::uint64_t> head_bytes_{0};
    std::vector<HeldLedger*> ledgers_;
};

/// What is held for one peer. Owned by whoever holds it; in the ledger's list of its kind while it
/// holds something. Lives on the loop's thread.
class Holding {
public:
    explicit Holding(HeldLedger& ledger) : ledger_(ledger) {}
    virtual ~Holding() { release(); }
    Holding(const Holding&) = delete;
    Holding& operator=(const Holding&) = delete;

    /// From now on `bytes` in all are held, of that kind. It becomes the last of its kind to be
    /// given up: to be called when the peer has made progress. give_up() never runs from here.
    void hold(HeldKind kind, std::uint64_t bytes);
    /// The same without progress: its turn to be given up stays. Only while it holds something.
    void grow(std::uint64_t bytes);
    /// Nothing is held any more.
    void release();
    [[nodiscard]] bool holds(HeldKind kind) const { return linked_ && kind_ == kind; }

protected:
    /// There is no room for it any longer: frees what it held, which is not counted any more. May
    /// destroy it.
    virtual void give_up(HeldKind kind) = 0;

private:
    friend class HeldLedger;

    HeldLedger& ledger_;
    Holding* before_ = nullptr;
    Holding* behind_ = nullptr;
    std::uint64_t bytes_ = 0;
    HeldKind kind_ = HeldKind::Idle;
    bool linked_ = false;
};

/// All that one loop holds for its peers, each kind in the order of the last progress. When the
/// process's budget is full, the loop that holds most gives up what has made no progress for the
/// longest time, of the kind that holds most there; heads alone when those have used up their
/// quarter. Without a budget it only counts. Owned by its Loop.
class HeldLedger {
public:
    /// Is told of each Holding that is given up for want of memory.
    using Watcher = std::function<void(HeldKind kind, std::uint64_t bytes)>;

    explicit HeldLedger(Loop& loop);
    HeldLedger(const HeldLedger&) = delete;
    HeldLedger& operator=(const HeldLedger&) = delete;

    void watch_with(Watcher watcher) { watcher_ = std::move(watcher); }
    /// Gives up the Holding of that kind whose last progress is the longest ago; false if there is
    /// none. What is given up may destroy others.
    bool give_up_oldest(HeldKind kind);
    /// Gives up heads until they fit again, at once if this loop holds most of them. Not from
    /// within a call of a Service.
    void make_room_for_heads();

    [[nodiscard]] std::uint64_t bytes(HeldKind kind) const { return list(kind).bytes; }
    /// How often one was given up, for whatever reason.
    [[nodiscard]] std::uint64_t given_up(HeldKind kind) const { return list(kind).given_up; }
    void show(Figures& figures) const;

private:
    friend class HeldBudget;
    friend class Holding;

    struct List {
        Holding* first = nullptr;
        Holding* last = nullptr;
        std::uint64_t bytes = 0;
        std::uint64_t given_up = 0;
    };

    static constexpr std::uint64_t kStep = 64u << 10;

    [[nodiscard]] List& list(HeldKind kind) { return lists_[static_cast<std::size_t>(kind)]; }
    [[nodiscard]] const List& list(HeldKind kind) const {
        return lists_[static_cast<std::size_t>(kind)];
    }
    void link(Holding& holding, HeldKind kind);
    void unlink(Holding& holding);
    void count(HeldKind kind, std::uint64_t before, std::uint64_t now);
    void report();
    void check();
    [[nodiscard]] bool is_over() const;
    [[nodiscard]] bool has_too_many_heads() const;
    /// The ledger of the budget that holds most of what is too much.
    [[nodiscard]] HeldLedger& fullest(std::atomic<std::uint64_t> HeldLedger::*shown) const;
    static void ask(HeldLedger& other);
    void relieve();
    [[nodiscard]] HeldKind heaviest() const;
    void drop(HeldKind kind);
    void trim();

    Loop& loop_;
    HeldBudget* budget_ = nullptr;
    std::array<List, kHeldKinds> lists_;
    std::uint64_t bytes_ = 0;  // of all kinds
    std::uint64_t peak_ = 0;   // since memory was given back to the system
    Watcher watcher_;
    Timer relief_;
    Timer trim_;
    // Read by other loops too:
    std::atomic<std::uint64_t> shown_bytes_{0};
    std::atomic<std::uint64_t> shown_head_bytes_{0};
    std::atomic<bool> asked_{false};  // another loop has posted a relieve()
};

/// The metrics that a HeldLedger shows.
[[nodiscard]] Metrics held_metrics();

}  // namespace aggregator::base
