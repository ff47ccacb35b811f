#include "engine/label_index.hpp"

#include <random>
#include <utility>

#include <aggregator/base/hash.hpp>
#include <aggregator/base/text.hpp>

namespace aggregator::engine {

namespace {

constexpr std::size_t kFirstSlots = 256;

}  // namespace

Label numbered_label_of(std::string_view text) {
    const bool digits = text.size() <= 9 && (text.front() != '0' || text.size() == 1);
    const auto number = digits ? base::parse_decimal(text) : std::nullopt;
    return {text, number ? static_cast<std::uint32_t>(*number) : Label::kNoNumber};
}

void LabelIndex::enter(Owner owner, const Label& label, Id id) {
    if (2 * (taken_ + 1) > slots_.size()) {
        grow();
    }
    put({hash_of(owner, label), owner, id});
    ++taken_;
}

void LabelIndex::clear(std::size_t slots_kept_max) {
    if (taken_ == 0) {
        return;
    }
    if (slots_.size() > slots_kept_max) {
        slots_ = {};
    } else {
        slots_.assign(slots_.size(), {});
    }
    taken_ = 0;
    owners_ = kNobody;
}

std::uint64_t LabelIndex::hash_of(Owner owner, const Label& label) const {
    const std::uint64_t seed = seed_ + owner;
    if (label.number == Label::kNoNumber) {
        return base::hash64(label.text, seed);
    }
    const char digits[] = {static_cast<char>(label.number), static_cast<char>(label.number >> 8),
                           static_cast<char>(label.number >> 16),
                           static_cast<char>(label.number >> 24)};
    return base::hash64({digits, sizeof digits}, ~seed);
}

void LabelIndex::put(const Slot& slot) {
    std::size_t at = slot.hash & mask();
    while (slots_[at].owner != kNobody) {
        at = (at + 1) & mask();
    }
    slots_[at] = slot;
}

void LabelIndex::grow() {
    if (seed_ == 0) {
        std::random_device device;
        seed_ = (std::uint64_t{device()} << 32U) | device() | 1U;
    }
    const std::vector<Slot> old =
        std::exchange(slots_, std::vector<Slot>(slots_.empty() ? kFirstSlots : slots_.size() * 2));
    for (const Slot& slot : old) {
        if (slot.owner != kNobody) {
            put(slot);
        }
    }
}

}  // namespace aggregator::engine
