#pragma once

#include <cstdint>

#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/typing.hpp>
#include <aggregator/reading/value.hpp>

namespace aggregator::component {

/// Keys that all components have which store answers: how much, and how long after their time.
struct Keeping {
    static constexpr std::uint64_t kSize = 64u << 20;
    static constexpr std::uint64_t kItems = 10'000;
    static constexpr std::uint64_t kEntry = 8u << 20;

    std::uint64_t max_size = kSize;    ///< bytes, of the whole process
    std::uint64_t max_items = kItems;  ///< the same
    std::uint64_t max_entry = 0;       ///< bytes of one body; 0: kEntry, or all of `max_size`
    bool coalesce = true;
    reading::Duration stale_if_error{};
    reading::Duration stale_while_revalidate{};

    [[nodiscard]] std::uint64_t entry_bytes_max() const;
};

void read_max_size(const reading::Value& value, Keeping& keeping);
void read_max_items(const reading::Value& value, Keeping& keeping);
void read_max_entry(const reading::Value& value, Keeping& keeping);
void read_stale_if_error(const reading::Value& value, Keeping& keeping);
void read_stale_while_revalidate(const reading::Value& value, Keeping& keeping);

/// Refuses an answer's limit above that of all of them. `value` is the component's.
void check_keeping(const reading::Value& value, const Keeping& keeping);

/// One of the functions above for an object that is a Keeping.
template <typename T, void (*Read)(const reading::Value&, Keeping&)>
void read_keeping(const reading::Value& value, T& object) {
    Read(value, object);
}

/// The keys, for the table of an object that is a Keeping.
template <typename T>
inline constexpr reading::Field<T> kKeepingFields[] = {
    {"max_size", read_keeping<T, read_max_size>},
    {"max_items", read_keeping<T, read_max_items>},
    {"max_entry", read_keeping<T, read_max_entry>},
    {"coalesce", reading::strict::set<&T::coalesce>},
    {"stale_if_error", read_keeping<T, read_stale_if_error>},
    {"stale_while_revalidate", read_keeping<T, read_stale_while_revalidate>},
};

}  // namespace aggregator::component
