#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include <aggregator/base/loop.hpp>
#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// When a breaker opens, and for how long.
struct BreakerRules {
    std::uint32_t max_errors = 0;  ///< in a row; it opens when there are more
    base::Duration open_for = std::chrono::seconds(60);
    base::Duration interval{};  ///< after which failures are forgotten; 0: never
};

/// What all workers know of one backend: one word, which is read for each call and written for
/// failures and changes alone. Safe from any thread.
///
/// Closed, it counts failures in a row. Open, it lets nothing through until its time has passed.
/// Then one call is a trial, and all others wait for what becomes of it.
class Breaker final : public component::Shared {
public:
    enum class State : std::uint8_t { Closed, Open, Trying };
    enum class Outcome : std::uint8_t { Success, Failure, Nothing };
    /// Admission to one call. What is reported with it counts only if the breaker has not changed
    /// since.
    struct Ticket {
        std::uint32_t generation = 0;
        bool trial = false;  ///< all others wait for what is reported with it
    };

    explicit Breaker(const BreakerRules& rules) : rules_(rules) {}

    /// Nothing if the call must not be made.
    [[nodiscard]] std::optional<Ticket> admit(base::Time now);
    /// What became of a call that was admitted. Returns the state that it brought about, if that
    /// is another one.
    std::optional<State> report(Ticket ticket, Outcome outcome, base::Time now);
    /// Admission to what is left of a trial whose success was reported: what still goes wrong with
    /// it is a failure like that of any other call.
    [[nodiscard]] static Ticket rest_of(Ticket trial);

    [[nodiscard]] State state() const;
    /// How long nothing will be let through; 0 while a trial is under way, or if it is closed.
    [[nodiscard]] base::Duration open_left(base::Time now) const;
    void show(base::Figures& figures, const base::LabelValues& place) const override;

private:
    /// The word, taken apart.
    struct Word {
        State state = State::Closed;
        std::uint32_t generation = 0;  ///< counts changes of the state
        std::uint32_t failures = 0;
        std::uint64_t until_ms = 0;  ///< open: to its end; closed: to where failures are forgotten
    };
    [[nodiscard]] static Word unpacked(std::uint64_t word);
    [[nodiscard]] static std::uint64_t packed(const Word& word);
    [[nodiscard]] static Word changed(const Word& word, State state);
    [[nodiscard]] std::uint64_t end_of(base::Duration duration, base::Time now) const;
    [[nodiscard]] Word after(Word word, Outcome outcome, base::Time now) const;

    static constexpr std::size_t kStates = 3;

    void count(const Word& from, const Word& to);

    BreakerRules rules_;
    std::atomic<std::uint64_t> word_{0};
    std::array<std::atomic<std::uint64_t>, kStates> transitions_{};  // by the new state
};

/// The metrics that a Breaker shows.
[[nodiscard]] base::Metrics breaker_metrics();

}  // namespace aggregator::components
