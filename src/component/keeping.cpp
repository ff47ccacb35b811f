#include <aggregator/component/keeping.hpp>

#include <algorithm>

#include <aggregator/reading/values.hpp>

namespace aggregator::component {

namespace {

constexpr std::int64_t kItemsMax = 100'000'000;

void read_duration(const reading::Value& value, reading::Duration& out) {
    reading::Duration read = out;
    reading::strict::read(value, read);
    if (read < reading::Duration::zero()) {
        return value.error("bad-value", value.label() + "expected a duration of at least 0s");
    }
    out = read;
}

}  // namespace

std::uint64_t Keeping::entry_bytes_max() const {
    return max_entry == 0 ? std::min(kEntry, max_size) : max_entry;
}

void read_max_size(const reading::Value& value, Keeping& keeping) {
    std::uint64_t bytes = 0;
    reading::strict::read_size(value, bytes);
    keeping.max_size = bytes == 0 ? Keeping::kSize : bytes;
}

void read_max_items(const reading::Value& value, Keeping& keeping) {
    std::uint32_t items = 0;
    reading::strict::read(value, items);
    if (reading::in_range(value, items, 0, kItemsMax)) {
        keeping.max_items = items == 0 ? Keeping::kItems : items;
    }
}

void read_max_entry(const reading::Value& value, Keeping& keeping) {
    std::uint64_t bytes = Keeping::kEntry;
    reading::strict::read_size(value, bytes);
    if (bytes == 0) {
        return value.error("bad-value", value.label() + "expected a size of more than 0",
                           "remove the component if nothing is to be stored");
    }
    keeping.max_entry = bytes;
}

void read_stale_if_error(const reading::Value& value, Keeping& keeping) {
    read_duration(value, keeping.stale_if_error);
}

void read_stale_while_revalidate(const reading::Value& value, Keeping& keeping) {
    read_duration(value, keeping.stale_while_revalidate);
}

void check_keeping(const reading::Value& value, const Keeping& keeping) {
    const auto written = reading::member_of(value, "max_entry");
    if (written && keeping.max_entry > keeping.max_size) {
        written->error("out-of-range", written->label() + "expected at most `max_size`, which is " +
                                           std::to_string(keeping.max_size) + " bytes");
    }
}

}  // namespace aggregator::component
