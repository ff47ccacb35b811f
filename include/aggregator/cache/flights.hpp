#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <aggregator/base/loop.hpp>
#include <aggregator/cache/entry.hpp>

namespace aggregator::cache {

class Flight;

/// Somebody who waits for an answer that another one asked for already. Lives on the loop's thread;
/// destroying it ends the wait.
class Waiter {
public:
    Waiter() = default;
    virtual ~Waiter() { stop(); }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    /// The answer was stored, or null: it will not be. Runs once, within a call of the one who
    /// asked for it: it must only remember, and go on in a later turn.
    virtual void landed(const EntryPtr& entry) = 0;

protected:
    void stop();

private:
    friend class Flight;
    Flight* flight_ = nullptr;
};

/// Hashes whether a text can be compared with a key that is a string, without a copy.
struct KeyHash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): a name of the library
    [[nodiscard]] std::size_t operator()(std::string_view key) const;
};
template <typename T>
using ByKey = std::unordered_map<std::string, T, KeyHash, std::equal_to<>>;

/// The calls of one worker whose answers several requests wait for. Outlives its flights.
class Flights {
public:
    /// The one under way for that key; null if there is none.
    [[nodiscard]] Flight* find(std::string_view key) const;
    /// Whether requests for that key may wait for each other: not for a while after an answer that
    /// could not be stored.
    [[nodiscard]] bool may_share(std::string_view key, Time now) const;
    /// The answer for that key could not be stored.
    void note_unshared(std::string_view key, Time now);

private:
    friend class Flight;

    // By the last bits of a key's hash: a clash costs calls, never an answer.
    static constexpr std::size_t kMemory = 1024;
    struct Unshared {
        std::uint64_t hash = 0;
        Time until{};
    };

    ByKey<Flight*> under_way_;
    std::array<Unshared, kMemory> unshared_{};
};

/// One call whose answer is waited for: held by whoever makes it. Its end without an answer frees
/// those who wait.
class Flight {
public:
    Flight(Flights& flights, std::string_view key);
    ~Flight() { land(nullptr); }
    Flight(const Flight&) = delete;
    Flight& operator=(const Flight&) = delete;

    void join(Waiter& waiter);
    /// Hands the answer to all who wait; the first time.
    void land(const EntryPtr& entry);
    [[nodiscard]] const std::string& key() const { return key_; }

private:
    friend class Waiter;

    Flights& flights_;
    std::string key_;
    std::vector<Waiter*> waiters_;
    bool landed_ = false;
};

}  // namespace aggregator::cache
