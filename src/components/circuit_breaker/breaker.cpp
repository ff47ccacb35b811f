#include "components/circuit_breaker/breaker.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace aggregator::components {

namespace {

constexpr unsigned kGenerationBits = 8;
constexpr unsigned kFailureBits = 14;
constexpr std::uint32_t kGenerations = 1u << kGenerationBits;
constexpr std::uint32_t kFailuresMax = (1u << kFailureBits) - 1;

constexpr base::Metric kState{"aggregator_breaker_state",
                              base::MetricKind::Gauge,
                              "0: closed, 1: open, 2: one call tries.",
                              {"endpoint", "backend"}};
constexpr base::Metric kTransitions{"aggregator_breaker_transitions_total",
                                    base::MetricKind::Counter,
                                    "How often a breaker came to that state.",
                                    {"endpoint", "backend", "to"}};
constexpr const base::Metric* kMetrics[] = {&kState, &kTransitions};
constexpr std::array<std::string_view, 3> kStateNames{"closed", "open", "half_open"};

std::uint64_t ms_of(base::Time time) {
    const auto since =
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(since, 0));
}

}  // namespace

// From the lowest bit: state 2, generation 8, failures 14, milliseconds 40 (34 years).
Breaker::Word Breaker::unpacked(std::uint64_t word) {
    return {.state = static_cast<State>(word & 3U),
            .generation = static_cast<std::uint32_t>((word >> 2U) % kGenerations),
            .failures = static_cast<std::uint32_t>(word >> (2U + kGenerationBits)) & kFailuresMax,
            .until_ms = word >> (2U + kGenerationBits + kFailureBits)};
}

std::uint64_t Breaker::packed(const Word& word) {
    return static_cast<std::uint64_t>(word.state) |
           (std::uint64_t{word.generation % kGenerations} << 2U) |
           (std::uint64_t{std::min(word.failures, kFailuresMax)} << (2U + kGenerationBits)) |
           (word.until_ms << (2U + kGenerationBits + kFailureBits));
}

Breaker::Word Breaker::changed(const Word& word, State state) {
    return {.state = state, .generation = (word.generation + 1) % kGenerations};
}

std::uint64_t Breaker::end_of(base::Duration duration, base::Time now) const {
    return duration == base::Duration::zero()
               ? 0
               : ms_of(now + duration + std::chrono::microseconds(999));  // rounded up
}

std::optional<Breaker::Ticket> Breaker::admit(base::Time now) {
    std::uint64_t seen = word_.load(std::memory_order_acquire);
    for (;;) {
        const Word word = unpacked(seen);
        if (word.state == State::Trying ||
            (word.state == State::Open && ms_of(now) < word.until_ms)) {
            return std::nullopt;
        }
        Word next = word;
        if (word.state == State::Open) {
            next = changed(word, State::Trying);
        } else if (word.until_ms != 0 && ms_of(now) >= word.until_ms) {
            next = changed(word, State::Closed);
        }
        const std::uint64_t wanted = packed(next);
        if (wanted == seen ||
            word_.compare_exchange_weak(seen, wanted, std::memory_order_acq_rel)) {
            count(word, next);
            return Ticket{next.generation, next.state == State::Trying};
        }
    }
}

std::optional<Breaker::State> Breaker::report(Ticket ticket, Outcome outcome, base::Time now) {
    std::uint64_t seen = word_.load(std::memory_order_acquire);
    for (;;) {
        const Word word = unpacked(seen);
        if (word.generation != ticket.generation) {
            return std::nullopt;
        }
        const Word next = after(word, outcome, now);
        const std::uint64_t wanted = packed(next);
        if (wanted == seen ||
            word_.compare_exchange_weak(seen, wanted, std::memory_order_acq_rel)) {
            count(word, next);
            return next.state == word.state ? std::nullopt : std::optional(next.state);
        }
    }
}

Breaker::Ticket Breaker::rest_of(Ticket trial) {
    return {.generation = (trial.generation + 1) % kGenerations};
}

Breaker::Word Breaker::after(Word word, Outcome outcome, base::Time now) const {
    const bool trial = word.state == State::Trying;
    if (outcome == Outcome::Nothing) {
        // The next call tries.
        return trial ? changed(word, State::Open) : word;
    }
    if (outcome == Outcome::Success) {
        word.failures = 0;
        return trial ? changed(word, State::Closed) : word;
    }
    ++word.failures;
    if (!trial && word.failures <= rules_.max_errors) {
        word.until_ms = word.until_ms == 0 ? end_of(rules_.interval, now) : word.until_ms;
        return word;
    }
    Word open = changed(word, State::Open);
    open.until_ms = end_of(rules_.open_for, now);
    return open;
}

void Breaker::count(const Word& from, const Word& to) {
    if (to.state != from.state) {
        transitions_.at(static_cast<std::size_t>(to.state)).fetch_add(1, std::memory_order_relaxed);
    }
}

void Breaker::show(base::Figures& figures, const base::LabelValues& place) const {
    const base::Labels labels(place);
    figures.show(kState, labels, static_cast<double>(state()));
    for (std::size_t i = 0; i < kStates; ++i) {
        figures.show(kTransitions, labels.with(std::string(kStateNames.at(i))),
                     transitions_.at(i).load(std::memory_order_relaxed));
    }
}

base::Metrics breaker_metrics() { return kMetrics; }

Breaker::State Breaker::state() const {
    return unpacked(word_.load(std::memory_order_acquire)).state;
}

base::Duration Breaker::open_left(base::Time now) const {
    const Word word = unpacked(word_.load(std::memory_order_acquire));
    const std::uint64_t at = ms_of(now);
    return word.state == State::Open && word.until_ms > at
               ? std::chrono::milliseconds(word.until_ms - at)
               : base::Duration::zero();
}

}  // namespace aggregator::components
