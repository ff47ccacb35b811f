#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/reading/times.hpp>

#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/typing.hpp>

/// Values that only the components of the program's own have: sizes, numbers with decimals, times,
/// words of a closed list. As everywhere inside `extra_config`, nothing is converted; what does not
/// fit is told, and the member stays as it was.
namespace aggregator::reading {

/// The member of an object with exactly that key; nothing if it has none, or is no object.
[[nodiscard]] std::optional<Value> member_of(const Value& value, std::string_view key);

namespace strict {

/// Bytes, as a whole number or as a text with a unit: "512KiB", "1MiB".
void read_size(const Value& value, std::uint64_t& bytes);

template <auto Member, typename T>
void set_size(const Value& value, T& object) {
    read_size(value, object.*Member);
}

/// A list of statuses of answers, from 100 to 599.
void read_statuses(const Value& value, std::vector<int>& statuses);

/// A number from `low` to `high`, with or without decimals; nothing if it is none.
[[nodiscard]] std::optional<double> real(const Value& value, double low, double high);

/// A duration of more than nothing.
void read_positive(const Value& value, Duration& out);

template <auto Member, typename T>
void set_positive(const Value& value, T& object) {
    read_positive(value, object.*Member);
}

/// A text that can stand in a header, a path and a label: a token of RFC 9110, of at most 64 bytes;
/// an empty one is as good as none.
void read_label(const Value& value, std::string& label);

/// Why a configuration cannot set a header of that name, of a copy or of a reply: it is no token,
/// or it speaks of the connection or of framing.
struct NameFault {
    std::string message;
    std::string hint;
};
[[nodiscard]] std::optional<NameFault> header_name_fault(std::string_view name);

/// The name of a header that may be set.
void read_header_name(const Value& value, std::string& name);
/// A list of them.
void read_header_names(const Value& value, std::vector<std::string>& names);

/// A word and what it stands for.
template <typename Enum>
struct Word {
    std::string_view word;
    Enum meaning;
};

/// Tells a text that is none of the words, with a guess.
void tell_unknown_word(const Value& value, std::span<const std::string_view> words);

template <typename Enum, std::size_t N>
void read_word(const Value& value, const Word<Enum> (&words)[N], Enum& out) {
    if (!expect(value, json::Kind::String, "a text")) {
        return;
    }
    std::string_view known[N];
    for (std::size_t i = 0; i < N; ++i) {
        if (words[i].word == value.node.text) {
            out = words[i].meaning;
            return;
        }
        known[i] = words[i].word;
    }
    tell_unknown_word(value, known);
}

}  // namespace strict

}  // namespace aggregator::reading
