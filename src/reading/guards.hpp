#pragma once

#include <optional>
#include <string_view>
#include <vector>

/// The keys of the core that protect: a misspelt one would let through, without a word, what it is
/// to hold back.
namespace aggregator::reading {

struct Guard {
    std::string_view key;
    std::string_view without;  ///< what happens if it is not read; empty: nothing gets through
    std::string_view home;     ///< the objects that have it
};

/// The guard that was meant by a key which is none of `known`: the closest of them, or what an
/// older version called so, if that is a guard; null else.
[[nodiscard]] const Guard* meant_guard(std::string_view key,
                                       const std::vector<std::string_view>& known);

/// The guard, or the other key with one home, of exactly that name in any case of letters.
[[nodiscard]] const Guard* find_guard(std::string_view key);

/// The key that was probably meant by one that is not known: close to it in each of its words.
[[nodiscard]] std::optional<std::string_view> meant_key(std::string_view key,
                                                        const std::vector<std::string_view>& known);

/// What a key of older versions of the format, or of other programs, is called; empty if there is
/// no such key.
[[nodiscard]] std::string_view renamed(std::string_view key);

/// What a key is called here that other programs call `key`, as `url_pattern` for `url`: one of
/// those that the object has; empty if there is none.
[[nodiscard]] std::string_view usual_name(std::string_view key,
                                          const std::vector<std::string_view>& known);

}  // namespace aggregator::reading
