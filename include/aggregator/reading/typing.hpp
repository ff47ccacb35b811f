#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/reading/value.hpp>

/// How a value becomes a member of a struct. What does not fit is told, and the member stays as it
/// was.
namespace aggregator::reading {

/// Keys and their texts, in the order of the file.
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// A whole number between two limits; tells what does not fit.
[[nodiscard]] bool in_range(const Value& value, std::int64_t number, std::int64_t low,
                            std::int64_t high);

/// The typed keys: numbers, texts and truth values become each other, one value becomes a list of
/// one.
namespace weak {

void read(const Value& value, std::string& out);
void read(const Value& value, bool& out);  // style: parameters: it is where the value goes
void read(const Value& value, Duration& out);
void read(const Value& value, std::vector<std::string>& out);
void read(const Value& value, std::vector<int>& out);
/// An object of texts.
void read(const Value& value, Pairs& out);
/// Nothing if it is none, which has been told then.
[[nodiscard]] std::optional<std::int64_t> integer(const Value& value);

/// A whole number that the member has room for.
template <typename Int>
void read(const Value& value, Int& out) {
    constexpr std::int64_t kHigh = sizeof(Int) < 8
                                       ? static_cast<std::int64_t>(std::numeric_limits<Int>::max())
                                       : std::numeric_limits<std::int64_t>::max();
    constexpr auto kLow = static_cast<std::int64_t>(std::numeric_limits<Int>::min());
    const auto number = integer(value);
    if (number && in_range(value, *number, kLow, kHigh)) {
        out = static_cast<Int>(*number);
    }
}

template <auto Member, typename T>
void set(const Value& value, T& object) {
    read(value, object.*Member);
}

/// For numbers and durations of which 0 means the default.
template <auto Member, typename T>
void set_unless_zero(const Value& value, T& object) {
    auto read_value = object.*Member;
    read(value, read_value);
    if (read_value != decltype(read_value){}) {
        object.*Member = read_value;
    }
}

/// For durations of which 0 and everything below means none.
template <auto Member, typename T>
void set_not_negative(const Value& value, T& object) {
    Duration& duration = object.*Member;
    read(value, duration);
    duration = duration < Duration::zero() ? Duration::zero() : duration;
}

/// The elements of a list; the value itself if it is none, nothing of an empty object.
[[nodiscard]] std::vector<Value> elements(const Value& value);

}  // namespace weak

/// Inside `extra_config`: nothing is converted.
namespace strict {

void read(const Value& value, std::string& out);
void read(const Value& value, bool& out);  // style: parameters: it is where the value goes
void read(const Value& value, Duration& out);
void read(const Value& value, std::vector<std::string>& out);
/// A whole number of at least 0.
void read(const Value& value, std::uint64_t& out);
void read(const Value& value, std::uint32_t& out);

template <auto Member, typename T>
void set(const Value& value, T& object) {
    read(value, object.*Member);
}

/// For numbers that have to be at least 1.
template <auto Member, typename T>
void set_count(const Value& value, T& object) {
    auto count = object.*Member;
    read(value, count);
    if (count == 0) {
        value.error("out-of-range", value.label() + "expected at least 1, found 0");
        return;
    }
    object.*Member = count;
}

/// Tells a value of another kind; `expected` names the kind.
[[nodiscard]] bool expect(const Value& value, json::Kind kind, std::string_view expected);

/// For what is not in force yet and has no place in the configuration: its kind alone is checked.
template <json::Kind Kind, typename T>
void check(const Value& value, T&) {
    constexpr std::string_view kExpected = Kind == json::Kind::Object   ? "an object"
                                           : Kind == json::Kind::Array  ? "a list"
                                           : Kind == json::Kind::String ? "a text"
                                                                        : "a number";
    (void)expect(value, Kind, kExpected);
}

/// The same for true and false.
template <typename T>
void check_bool(const Value& value, T&) {
    bool ignored = false;
    read(value, ignored);
}

}  // namespace strict

}  // namespace aggregator::reading
