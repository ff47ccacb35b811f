#include <aggregator/base/held.hpp>

#include <algorithm>
#include <utility>

#include <malloc.h>

#include <aggregator/base/assert.hpp>

namespace aggregator::base {
namespace {

/// So much has to be free, and for so long, before memory is given back to the system.
constexpr std::uint64_t kTrimBytes = 16u << 20;
constexpr auto kTrimPause = std::chrono::seconds(2);

}  // namespace

constexpr Metric kHeld{"aggregator_held_bytes",
                       MetricKind::Gauge,
                       "Memory for what peers are not done with.",
                       {"kind"}};
constexpr Metric kGivenUp{"aggregator_given_up_total",
                          MetricKind::Counter,
                          "What was given up to make room for more.",
                          {"kind"}};
constexpr const Metric* kHeldMetrics[] = {&kHeld, &kGivenUp};

std::string_view name_of(HeldKind kind) {
    static constexpr std::array<std::string_view, kHeldKinds> kNames{"idle", "head", "reply",
                                                                     "body"};
    return kNames[static_cast<std::size_t>(kind)];
}

void HeldBudget::add(HeldLedger& ledger) {
    AGG_ASSERT(ledger.budget_ == nullptr);
    ledger.budget_ = this;
    ledgers_.push_back(&ledger);
}

void Holding::hold(HeldKind kind, std::uint64_t bytes) {
    const std::uint64_t before = linked_ && kind_ == kind ? bytes_ : 0;
    if (linked_ && kind_ != kind) {
        release();
    }
    if (!linked_ || behind_ != nullptr) {
        if (linked_) {
            ledger_.unlink(*this);
        }
        ledger_.link(*this, kind);
    }
    bytes_ = bytes;
    ledger_.count(kind, before, bytes);
}

void Holding::grow(std::uint64_t bytes) {
    ledger_.count(kind_, std::exchange(bytes_, bytes), bytes);
}

void Holding::release() {
    if (linked_) {
        ledger_.unlink(*this);
        ledger_.count(kind_, std::exchange(bytes_, 0), 0);
    }
}

HeldLedger::HeldLedger(Loop& loop)
    : loop_(loop), relief_(loop, [this] { relieve(); }), trim_(loop, [this] { trim(); }) {}

void HeldLedger::link(Holding& holding, HeldKind kind) {
    List& to = list(kind);
    holding.kind_ = kind;
    holding.linked_ = true;
    holding.before_ = to.last;
    holding.behind_ = nullptr;
    (to.last != nullptr ? to.last->behind_ : to.first) = &holding;
    to.last = &holding;
}

void HeldLedger::unlink(Holding& holding) {
    List& from = list(holding.kind_);
    (holding.before_ != nullptr ? holding.before_->behind_ : from.first) = holding.behind_;
    (holding.behind_ != nullptr ? holding.behind_->before_ : from.last) = holding.before_;
    holding.before_ = holding.behind_ = nullptr;
    holding.linked_ = false;
}

void HeldLedger::count(HeldKind kind, std::uint64_t before, std::uint64_t now) {
    if (before == now) {
        return;
    }
    list(kind).bytes += now - before;
    bytes_ += now - before;
    const std::uint64_t shown = shown_bytes_.load(std::memory_order_relaxed);
    if (std::max(shown, bytes_) - std::min(shown, bytes_) >= kStep) {
        report();
        check();
    }
}

void HeldLedger::report() {
    const auto show = [](std::atomic<std::uint64_t>& shown, std::uint64_t now,
                         std::atomic<std::uint64_t>* sum) {
        const std::uint64_t before = shown.exchange(now, std::memory_order_relaxed);
        if (sum != nullptr && before != now) {
            sum->fetch_add(now - before, std::memory_order_relaxed);
        }
    };
    show(shown_bytes_, bytes_, budget_ != nullptr ? &budget_->bytes_ : nullptr);
    show(shown_head_bytes_, list(HeldKind::Head).bytes,
         budget_ != nullptr ? &budget_->head_bytes_ : nullptr);
    peak_ = std::max(peak_, bytes_);
    if (peak_ - bytes_ >= kTrimBytes && bytes_ <= peak_ / 2 && !trim_.armed()) {
        trim_.start(kTrimPause);
    }
}

bool HeldLedger::is_over() const {
    return budget_ != nullptr && budget_->bytes() > budget_->bytes_max_;
}

bool HeldLedger::has_too_many_heads() const {
    return budget_ != nullptr &&
           budget_->head_bytes_.load(std::memory_order_relaxed) > budget_->bytes_max_ / 4;
}

void HeldLedger::check() {
    // Later in this turn: whoever holds something may be in the middle of its work.
    if ((is_over() || has_too_many_heads()) && !relief_.armed()) {
        relief_.start(Duration::zero());
    }
}

HeldLedger& HeldLedger::fullest(std::atomic<std::uint64_t> HeldLedger::*shown) const {
    return **std::ranges::max_element(budget_->ledgers_, {}, [shown](HeldLedger* one) {
        return (one->*shown).load(std::memory_order_relaxed);
    });
}

void HeldLedger::ask(HeldLedger& other) {
    if (!other.asked_.exchange(true, std::memory_order_relaxed)) {
        other.loop_.post([&other] {
            other.asked_.store(false, std::memory_order_relaxed);
            other.relieve();
        });
    }
}

void HeldLedger::relieve() {
    report();
    make_room_for_heads();
    if (!is_over()) {
        return;
    }
    HeldLedger& other = fullest(&HeldLedger::shown_bytes_);
    if (&other != this) {
        return ask(other);
    }
    while (is_over()) {
        const HeldKind kind = heaviest();
        if (list(kind).first == nullptr) {
            return;
        }
        drop(kind);
    }
}

HeldKind HeldLedger::heaviest() const {
    HeldKind most = HeldKind::Head;
    for (const HeldKind kind : {HeldKind::Reply, HeldKind::Body}) {
        most = list(kind).bytes > list(most).bytes ? kind : most;
    }
    return most;
}

void HeldLedger::make_room_for_heads() {
    if (!has_too_many_heads()) {
        return;
    }
    report();
    HeldLedger& other = fullest(&HeldLedger::shown_head_bytes_);
    if (&other != this) {
        return ask(other);
    }
    while (has_too_many_heads() && list(HeldKind::Head).first != nullptr) {
        drop(HeldKind::Head);
    }
}

void HeldLedger::drop(HeldKind kind) {
    const std::uint64_t bytes = list(kind).first->bytes_;
    give_up_oldest(kind);
    report();
    if (watcher_) {
        watcher_(kind, bytes);
    }
}

bool HeldLedger::give_up_oldest(HeldKind kind) {
    Holding* const oldest = list(kind).first;
    if (oldest == nullptr) {
        return false;
    }
    oldest->release();
    ++list(kind).given_up;
    oldest->give_up(kind);
    return true;
}

void HeldLedger::trim() {
    peak_ = bytes_;
    ::malloc_trim(0);
}

void HeldLedger::show(Figures& figures) const {
    for (std::size_t i = 0; i < kHeldKinds; ++i) {
        const auto kind = static_cast<HeldKind>(i);
        const Labels labels = Labels().with(std::string(name_of(kind)));
        figures.show(kHeld, labels, bytes(kind));
        figures.show(kGivenUp, labels, given_up(kind));
    }
}

Metrics held_metrics() { return kHeldMetrics; }

}  // namespace aggregator::base
