#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include <aggregator/base/text.hpp>

namespace aggregator::app {

/// Words of the command line and what they stand for.
template <typename Value, std::size_t kSize>
using Words = std::array<std::pair<std::string_view, Value>, kSize>;

/// The value that `word` names, or a sentence that says what it may be.
template <typename Value, std::size_t kSize>
tl::expected<Value, std::string> choose(const std::string& what, const std::string& word,
                                        const Words<Value, kSize>& words) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : words) {
        if (name == word) {
            return value;
        }
        names.push_back(name);
    }
    std::string text = "unknown " + what + " '" + word + "'";
    if (const auto near = base::closest(word, names)) {
        return tl::unexpected(text + "; did you mean '" + std::string(*near) + "'?");
    }
    text += ": use ";
    for (std::size_t i = 0; i < names.size(); ++i) {
        text.append(i == 0 ? "" : i + 1 == names.size() ? " or " : ", ").append(names[i]);
    }
    return tl::unexpected(text);
}

}  // namespace aggregator::app
